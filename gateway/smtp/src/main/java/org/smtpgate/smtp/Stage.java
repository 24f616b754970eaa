package org.smtpgate.smtp;

import java.util.Set;

/**
 * A point of the dialogue at which an upstream owes a reply, with the codes that mean success there.
 *
 * <p>This is the whole table: a positive code that is not in it is never taken for success, since a peer that says 221
 * or 251 to the end of the data has not said that it took the message.
 */
public enum Stage {
    GREETING(220),
    EHLO(250),
    /** EHLO of LMTP (RFC 2033 section 4.1). */
    LHLO(250),
    HELO(250),
    STARTTLS(220),
    /** The end of a login; the 334 on its way to it are no answers. */
    AUTH(235),
    /** Not standardised: who the client is, to be taken for the upstream's own. Servers of old say 250. */
    XCLIENT(220, 250),
    /** Not standardised: who the client is, for the upstream's logs. */
    XFORWARD(250),
    MAIL(250),
    RCPT(250, 251, 252),
    DATA(354),
    /** The content is on its way; no reply is due, so no code is success. */
    CONTENT(),
    /** A chunk that is not the last (RFC 3030). */
    BDAT(250),
    /** The end of the content, by DATA or by the last chunk. */
    END_OF_DATA(250),
    RSET(250),
    QUIT(221);

    private final Set<Integer> success;

    Stage(Integer... success) {
        this.success = Set.of(success);
    }

    /** What a reply at this stage means. */
    public Meaning meaningOf(Reply reply) {
        if (success.contains(reply.code())) {
            return Meaning.DONE;
        }
        if (reply.code() == 421 || reply.code() == 221) {
            return Meaning.CLOSING;
        }
        return reply.severity() == 4 || reply.severity() == 5 ? Meaning.REFUSED : Meaning.VIOLATION;
    }

    /** The meanings of a reply. */
    public enum Meaning {
        /** Success; the one kind that may be passed on as such. */
        DONE,
        /** A 4xx or 5xx about this command. */
        REFUSED,
        /** The peer ends the connection: 421, or 221 that answers no QUIT. */
        CLOSING,
        /** A positive code that has no place here. */
        VIOLATION
    }
}
