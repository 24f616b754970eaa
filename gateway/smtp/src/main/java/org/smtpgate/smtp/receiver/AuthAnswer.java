package org.smtpgate.smtp.receiver;

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
     */
    record Rejected(byte[] lastWords) implements AuthAnswer {
        /** Without a word. */
        public Rejected() {
            this(null);
        }
    }

    /** So many logins have failed that this one was not looked at: the session ends. */
    record Refused() implements AuthAnswer {}

    /** Nobody could tell whether the credentials are right. */
    record Unavailable() implements AuthAnswer {}

    /** The client broke the mechanism's syntax; the reason is fit for a reply. */
    record Malformed(String reason) implements AuthAnswer {}
}
