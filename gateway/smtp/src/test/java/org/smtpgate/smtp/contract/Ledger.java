package org.smtpgate.smtp.contract;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.smtpgate.smtp.Octets;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.wire.NaiveScanner;

/** What truly happened to each message, by the accounts of the client and of the upstreams. */
final class Ledger {
    private final boolean verbatim;
    /** Messages by their first line, as the client sent them to their end. */
    private final Map<String, String> sent = new HashMap<>();
    /** Likewise those that were sent in chunks, and so without framing. */
    private final Map<String, String> sentInChunks = new HashMap<>();

    private final Set<String> accepted = new HashSet<>();
    private final Map<Stage, Integer> successes = new EnumMap<>(Stage.class);

    Ledger(boolean verbatim) {
        this.verbatim = verbatim;
    }

    void check(boolean holds, String otherwise, Object... details) {
        if (!holds) {
            throw new AssertionError(
                    String.format(otherwise, details).replace("\r", "\\r").replace("\n", "\\n"));
        }
    }

    /** The client sent this message to its end. */
    void sent(String message) {
        sent.put(tag(message), message);
    }

    /** The client sent this message to its end, in chunks. */
    void sentInChunks(String message) {
        sentInChunks.put(tag(message), message);
    }

    /** An upstream has seen the end of this message, by DATA: invariant 4. */
    void arrived(String message) {
        String inChunks = sentInChunks.get(tag(message));
        String original = inChunks == null ? sent.get(tag(message)) : stuffed(inChunks);
        check(original != null, "a message was completed that the client did not complete: %s", message);
        check(!verbatim && inChunks == null || original.equals(message), "%s arrived as %s", original, message);
        check(!hasBareNewline(message), "a bare newline arrived: %s", message);
    }

    /** An upstream has seen the last chunk of this message: invariant 4. */
    void arrivedInChunks(String message) {
        String original = sentInChunks.get(tag(message));
        check(message.equals(original), "%s arrived as %s", original, message);
        check(!verbatim || !hasBareNewline(message), "a bare newline arrived: %s", message);
    }

    /** What DATA makes of content without framing. */
    private static String stuffed(String content) {
        String lines = content.replaceAll("\r\n|\r|\n", "\r\n");
        String ended = lines.isEmpty() || lines.endsWith("\r\n") ? lines : lines + "\r\n";
        return ("\r\n" + ended).replace("\r\n.", "\r\n..").substring(2) + ".\r\n";
    }

    private static boolean hasBareNewline(String message) {
        String lines = message.replace("\r\n", "");
        return lines.contains("\r") || lines.contains("\n");
    }

    /** An upstream has said 250 to the end of this message. */
    void accepted(String message) {
        accepted.add(tag(message));
    }

    boolean wasAccepted(String message) {
        return accepted.contains(tag(message));
    }

    int accepted() {
        return accepted.size();
    }

    int acceptedInChunks() {
        return (int) accepted.stream().filter(sentInChunks::containsKey).count();
    }

    /** An upstream has said this; the stage is null if nothing was asked. */
    void said(Stage stage, int code) {
        if (stage == null) {
            return;
        }
        if (code == 250 || stage == Stage.RCPT && code < 253 || stage == Stage.DATA && code == 354) {
            successes.merge(stage, 1, Integer::sum);
        }
    }

    /** The client has read a success: one that an upstream gave, and only once. */
    void relayed(Stage stage) {
        int left = successes.merge(stage, -1, Integer::sum);
        check(left >= 0, "a success was made up for %s", stage);
    }

    private static String tag(String message) {
        int end = message.indexOf('\r');
        return end < 0 ? message : message.substring(0, end);
    }

    /** A message whose end, if it has any before, is its last octet. */
    static String ended(String content) {
        String message = content + "\r\n.\r\n";
        return message.substring(0, NaiveScanner.endOf(Octets.of(message)));
    }

    /** As much of the content as has no end in it. */
    static String unended(String content) {
        int end = NaiveScanner.endOf(Octets.of(content));
        return end < 0 ? content : content.substring(0, end - 1);
    }
}
