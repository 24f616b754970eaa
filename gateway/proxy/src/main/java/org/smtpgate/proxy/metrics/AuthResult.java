package org.smtpgate.proxy.metrics;

/** How one AUTH command ended, as metrics count it. */
public enum AuthResult {
    ACCEPTED,
    REJECTED,
    UNAVAILABLE,
    MALFORMED,
    CANCELLED
}
