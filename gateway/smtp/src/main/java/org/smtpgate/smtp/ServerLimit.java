package org.smtpgate.smtp;

/** What a server says of its bounds in LIMITS (RFC 9422 section 4). */
public enum ServerLimit {
    /** Transactions of one connection. */
    MAILMAX,
    /** RCPT commands of one transaction. */
    RCPTMAX,
    /** Domains of one transaction's recipients. */
    RCPTDOMAINMAX;

    /** More than anybody asks for. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** What the parameter of LIMITS says of this one. */
    long in(String parameter) {
        return Common.number(parameter, name(), UNLIMITED);
    }
}
