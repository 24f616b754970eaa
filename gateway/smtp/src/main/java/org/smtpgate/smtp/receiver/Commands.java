package org.smtpgate.smtp.receiver;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Extension;
import org.smtpgate.smtp.Verb;

/** What is the same for every session: rules about commands that do not depend on its state. */
final class Commands {

    /**
     * Commands that end or begin something as a whole, and so wait until nothing is owed: one transaction is over
     * before the next begins.
     */
    static final Set<Verb> WAIT_FOR_REPLIES =
            EnumSet.of(Verb.EHLO, Verb.HELO, Verb.RSET, Verb.STARTTLS, Verb.AUTH, Verb.MAIL);

    /** Those that a listener which insists on TLS refuses before it (RFC 3207 section 4). */
    static final Set<Verb> NEED_TLS = EnumSet.of(Verb.MAIL, Verb.RCPT, Verb.DATA, Verb.VRFY, Verb.EXPN);

    private Commands() {}

    /** What EHLO offers now. */
    static List<String> keywords(ReceiverSettings settings, boolean startTls, boolean auth) {
        Capabilities upstream = settings.upstream();
        List<String> keywords = new ArrayList<>();
        keywords.add(Extension.PIPELINING.keyword());
        keywords.add(size(settings.limits().message(), upstream));
        if (upstream == null || upstream.has(Extension.EIGHT_BIT_MIME)) {
            keywords.add(Extension.EIGHT_BIT_MIME.keyword());
        }
        keywords.add(Extension.ENHANCED_STATUS_CODES.keyword());
        if (settings.startTls() && startTls) {
            keywords.add(Extension.STARTTLS.keyword());
        }
        if (auth) {
            keywords.add(Extension.AUTH.keyword() + " " + String.join(" ", settings.mechanisms()));
        }
        return keywords;
    }

    /** The smaller of our limit and the upstream's (RFC 1870); a limit of 0 is none. */
    private static String size(long ours, Capabilities upstream) {
        String parameter = upstream == null ? "" : upstream.parameter(Extension.SIZE);
        long theirs = parameter.matches("[0-9]{1,18}") ? Long.parseLong(parameter) : 0;
        long least = ours == 0 || theirs == 0 ? Math.max(ours, theirs) : Math.min(ours, theirs);
        return Extension.SIZE.keyword() + " " + least;
    }

    static String outOfOrder(Verb verb) {
        return switch (verb) {
            case MAIL -> "Send EHLO first, and one MAIL for each transaction";
            case RCPT -> "Need MAIL before RCPT";
            case DATA -> "No valid recipients";
            case AUTH, STARTTLS -> "Not before EHLO, nor in a transaction";
            default -> "Bad sequence of commands";
        };
    }
}
