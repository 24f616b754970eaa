package org.smtpgate.smtp.receiver;

import org.smtpgate.smtp.Reply;

/** What became of a step of a SASL exchange. */
public sealed interface AuthAnswer {

    /** The exchange goes on with this challenge, which may be empty. */
    record Challenge(byte[] bytes) implements AuthAnswer {}

    /** The client is who it says it is. */
    record Accepted() implements AuthAnswer {}

    /**
     * The credentials are wrong.
     *
     * @param lastWords what the mechanism has for the client first, which it will answer (RFC 7628 section 3.2.2); null for
     *     nothing
     * @param reply in place of ours; null for none
     */
    record Rejected(byte[] lastWords, Reply reply) implements AuthAnswer {
        /** Without a word. */
        public Rejected() {
            this(null, null);
        }
    }

    /** So many logins have failed that this one was not looked at: the session ends. */
    record Refused() implements AuthAnswer {}

    /**
     * Nobody could tell whether the credentials are right.
     *
     * @param reply in place of ours; null for none
     */
    record Unavailable(Reply reply) implements AuthAnswer {
        /** In our words. */
        public Unavailable() {
            this(null);
        }
    }

    /** The client broke the mechanism's syntax; the reason is fit for a reply. */
    record Malformed(String reason) implements AuthAnswer {}
}
