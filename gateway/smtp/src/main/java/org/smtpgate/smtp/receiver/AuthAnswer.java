package org.smtpgate.smtp.receiver;

/** What became of a step of a SASL exchange. */
public sealed interface AuthAnswer {

    /** The exchange goes on with this challenge, which may be empty. */
    record Challenge(byte[] bytes) implements AuthAnswer {}

    /** The client is who it says it is. */
    record Accepted() implements AuthAnswer {}

    /** The credentials are wrong. */
    record Rejected() implements AuthAnswer {}

    /** Nobody could tell whether the credentials are right. */
    record Unavailable() implements AuthAnswer {}

    /** The client broke the mechanism's syntax; the reason is fit for a reply. */
    record Malformed(String reason) implements AuthAnswer {}
}
