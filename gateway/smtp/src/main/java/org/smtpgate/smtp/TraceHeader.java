package org.smtpgate.smtp;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The Received field that tells whence a message came (RFC 5321 section 4.4). Whatever a client says of itself is cut, and
 * what could end a line, a word or a comment in it becomes a question mark: nothing of it makes a field of its own.
 *
 * @param hostname what the gateway calls itself to the client
 * @param id the session's id, as it stands in the log
 */
public record TraceHeader(Peer peer, String hostname, String id) {

    /** None is longer, in octets. */
    public static final int OCTETS_MAX = 1_200;

    private static final int NAME_MAX = 255;
    private static final int WORD_MAX = 100;

    /** Day and month have two digits always, so that each field of a session is of one length. */
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss '+0000'", Locale.ENGLISH);

    /** What may stand in a login besides letters and digits. */
    private static final String IN_LOGINS = "-._:@+=/!#$%&'*^`{|}~";

    private static final String IN_NAMES = "-._:[]";

    /** What may stand in the names of protocols and cipher suites besides letters and digits. */
    private static final String IN_WORDS = "-._";

    /**
     * The field with its CRLF.
     *
     * @param at when the message comes
     * @param utf8 whether it may hold what only SMTPUTF8 allows (RFC 6531)
     * @param login whether the login is told
     */
    public byte[] octets(Instant at, boolean utf8, boolean login) {
        StringBuilder text = new StringBuilder(300).append("Received: from ");
        text.append(safe(peer.helo(), IN_NAMES, NAME_MAX)).append(" (").append(literal(peer.address()));
        text.append(")\r\n");
        if (peer.tls() != null) {
            String[] tls = peer.tls().split("/", 2);
            text.append("\t(using ").append(safe(tls[0], IN_WORDS, WORD_MAX));
            text.append(" with cipher ")
                    .append(safe(tls[tls.length - 1], IN_WORDS, WORD_MAX))
                    .append(")\r\n");
        }
        if (login && peer.login() != null) {
            text.append("\t(Authenticated sender: ");
            text.append(safe(peer.login(), IN_LOGINS, NAME_MAX)).append(")\r\n");
        }
        text.append("\tby ").append(safe(hostname, IN_NAMES, NAME_MAX)).append(" (smtpgate) with ");
        text.append(protocol(utf8))
                .append(" id ")
                .append(safe(id, IN_WORDS, WORD_MAX))
                .append(";\r\n\t");
        text.append(DATE.format(at.atOffset(ZoneOffset.UTC))).append("\r\n");
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** RFC 3848, and RFC 6531 section 4.3. */
    private String protocol(boolean utf8) {
        if (!peer.esmtp()) {
            return "SMTP";
        }
        String secured = peer.tls() == null ? "" : "S";
        String authenticated = peer.login() == null ? "" : "A";
        return (utf8 ? "UTF8SMTP" : "ESMTP") + secured + authenticated;
    }

    /** RFC 5321 section 4.1.3. */
    private static String literal(String address) {
        String bare = safe(Peer.withoutZone(address), IN_NAMES, WORD_MAX);
        return "[" + (bare.indexOf(':') < 0 ? "" : "IPv6:") + bare + "]";
    }

    private static String safe(String text, String alsoAllowed, int most) {
        StringBuilder safe = new StringBuilder(text.length());
        for (int i = 0; i < Math.min(most, text.length()); i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            safe.append(letter || alsoAllowed.indexOf(c) >= 0 ? c : '?');
        }
        return safe.toString();
    }
}
