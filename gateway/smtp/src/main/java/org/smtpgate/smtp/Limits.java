package org.smtpgate.smtp;

/**
 * The bounds of one client session. Sizes are in octets.
 *
 * @param commandLine the longest command line with its CRLF, but for what extensions that pass through add to it
 * @param authLine the longest line of an AUTH exchange with its CRLF
 * @param recipients the most recipients of one transaction; RFC 5321 section 4.5.3.1.8 asks for 100 at least
 * @param message the largest content, as offered in SIZE (RFC 1870); 0 for no limit
 * @param repliesOwed the most commands that may await their reply; beyond it the client is not read
 * @param errors the most refused commands of one session
 * @param authFailures the most failed logins of one session
 * @param discard the most that is read and thrown away: of content after a failure, and of a line that is too long
 */
public record Limits(
        int commandLine,
        int authLine,
        int recipients,
        long message,
        int repliesOwed,
        int errors,
        int authFailures,
        long discard) {

    /**
     * A command line is 512 octets (RFC 5321 section 4.5.3.1.4), and MAIL may be longer by 26 for SIZE (RFC 1870), 17
     * for 8BITMIME (RFC 6152) and 500 for AUTH (RFC 4954). What other extensions add to MAIL and RCPT counts while they are
     * offered: {@link Parameter#octetsMax()}.
     */
    public static final Limits DEFAULTS =
            new Limits(512 + 26 + 17 + 500, 12_288, 1_000, 50L << 20, 64, 20, 3, 64L << 20);
}
