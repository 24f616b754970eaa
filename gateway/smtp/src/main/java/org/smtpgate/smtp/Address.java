package org.smtpgate.smtp;

/**
 * A mailbox of an envelope (RFC 5321 section 4.1.2), or the null reverse-path.
 *
 * <p>Keeps its spelling, quotes included, since only the final host may interpret a local part. A source route is
 * dropped when it is parsed (RFC 5321 appendix C).
 *
 * @param mailbox what stands between the angle brackets; empty for the null reverse-path
 */
public record Address(String mailbox) {

    /** The reverse-path {@code <>} of notifications. */
    public static final Address NULL = new Address("");

    public boolean isNull() {
        return mailbox.isEmpty();
    }

    /** Whether every server can be given it; others need SMTPUTF8 (RFC 6531). */
    public boolean isAscii() {
        return Characters.all(mailbox, c -> c <= 0x7F);
    }

    /** The domain or address literal; empty for the null reverse-path and for a bare {@code postmaster}. */
    public String domain() {
        int at = mailbox.lastIndexOf('@');
        return at < 0 ? "" : mailbox.substring(at + 1);
    }

    @Override
    public String toString() {
        return "<" + mailbox + ">";
    }
}
