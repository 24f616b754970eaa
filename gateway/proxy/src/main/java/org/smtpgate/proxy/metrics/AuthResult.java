package org.smtpgate.proxy.metrics;

/** How one AUTH command ended, as metrics count it. */
public enum AuthResult {
    ACCEPTED,
    REJECTED,
    UNAVAILABLE,
    /** Too many had failed before: no backend was asked. */
    REFUSED,
    MALFORMED,
    CANCELLED;

    /** An empty password is rejected unseen, and whatever is no credentials at all reaches no backend either. */
    boolean mayComeWithoutBackend() {
        return this == REJECTED || this == REFUSED || this == MALFORMED || this == CANCELLED;
    }

    /** What is no credentials, and who is refused, reach no backend. */
    boolean mayComeWithBackend() {
        return this != MALFORMED && this != REFUSED;
    }
}
