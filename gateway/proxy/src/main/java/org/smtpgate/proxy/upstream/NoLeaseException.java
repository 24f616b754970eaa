package org.smtpgate.proxy.upstream;

/** No upstream connection can be had. Ordinary under load, so it has no stack trace. */
public final class NoLeaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Why not. */
    public enum Reason {
        /** Every endpoint that was tried failed. */
        UNREACHABLE,
        /** The upstream refused the login that the connection was to have. */
        AUTHENTICATION,
        /** As many transactions wait as may. */
        QUEUE_FULL,
        /** The wait took too long. */
        TIMED_OUT,
        /** Whoever asked wants it no more. */
        ABANDONED,
        /** The gateway is being stopped. */
        CLOSED
    }

    NoLeaseException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
