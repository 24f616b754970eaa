package org.smtpgate.proxy.metrics;

/** How one AUTH command ended, as metrics count it. */
public enum AuthResult {
    ACCEPTED,
    REJECTED,
    UNAVAILABLE,
    MALFORMED,
    CANCELLED;

    /** An empty password is rejected unseen, and whatever is no credentials at all reaches no backend either. */
    boolean mayComeWithoutBackend() {
        return this == REJECTED || this == MALFORMED || this == CANCELLED;
    }
}
