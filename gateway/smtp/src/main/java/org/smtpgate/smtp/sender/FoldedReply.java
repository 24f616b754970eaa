package org.smtpgate.smtp.sender;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.smtpgate.smtp.Address;
import org.smtpgate.smtp.Reply;

/**
 * One answer made of the replies for each recipient (RFC 2033 section 4.2). It is a success only if all of them are, since
 * an SMTP client takes it for all recipients; else it is 451 as soon as one may be tried again, and 554 otherwise.
 *
 * <p>Bounded whatever the server says: it keeps some lines of text, none longer than a reply's may be.
 */
final class FoldedReply {
    /** RFC 5321 section 4.5.3.1.5 allows 512 octets; code, mark and CRLF take six of them. */
    private static final int LINE_OCTETS_MAX = 512 - 6;

    /** RFC 5321 section 4.5.3.1.3. */
    private static final int PATH_OCTETS_MAX = 256;

    private static final int NAMED_MAX = 20;
    private static final Pattern STATUS = Pattern.compile("([45])\\.\\d{1,3}\\.\\d{1,3}(?= |$)");

    private final List<String> refused = new ArrayList<>(0);
    private int size;
    private int refusals;
    private Reply lastSuccess;
    /** Of the first refusal that counts: a transient one, if there is any; null while nobody is refused. */
    private String status;

    /** Takes the reply for the next recipient, done or refused. */
    void add(Address recipient, Reply reply) {
        size++;
        if (reply.isPositive()) {
            lastSuccess = reply;
            return;
        }
        refusals++;
        if (status == null || reply.severity() == 4 && !isTransient()) {
            status = statusOf(reply);
        }
        if (refused.size() < NAMED_MAX) {
            refused.add(
                    spell(recipient) + ": " + reply.code() + " " + reply.lines().get(0));
        }
    }

    /** How many recipients have their reply. */
    int size() {
        return size;
    }

    /** The answer so far; only when {@link #size()} is not zero. */
    Reply reply() {
        if (refusals == 0) {
            return lastSuccess;
        }
        List<String> lines = new ArrayList<>(refused.size() + 1);
        refused.forEach(text -> lines.add(cut(status + " " + text, LINE_OCTETS_MAX)));
        lines.add(status + " Refused for " + refusals + " of " + size + (size == 1 ? " recipient" : " recipients"));
        return new Reply(isTransient() ? 451 : 554, lines);
    }

    private boolean isTransient() {
        return status.startsWith("4");
    }

    private static String statusOf(Reply reply) {
        Matcher matcher = STATUS.matcher(reply.lines().get(0));
        boolean found = matcher.lookingAt() && matcher.group(1).equals(String.valueOf(reply.severity()));
        return found ? matcher.group() : reply.severity() + ".0.0";
    }

    /** As octets, like all text of replies; no character of it can begin a line of its own. */
    private static String spell(Address recipient) {
        byte[] utf8 = recipient.mailbox().getBytes(StandardCharsets.UTF_8);
        String octets = new String(utf8, StandardCharsets.ISO_8859_1).replaceAll("[\\x00-\\x1F\\x7F]", "?");
        return "<" + cut(octets, PATH_OCTETS_MAX) + ">";
    }

    /** Not within a character of UTF-8. */
    private static String cut(String octets, int most) {
        if (octets.length() <= most) {
            return octets;
        }
        int end = most;
        while (end > 0 && (octets.charAt(end) & 0xC0) == 0x80) {
            end--;
        }
        return octets.substring(0, end);
    }
}
