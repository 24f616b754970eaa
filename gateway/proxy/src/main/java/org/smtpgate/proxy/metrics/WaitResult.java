package org.smtpgate.proxy.metrics;

/** How the wait for an upstream connection ended. */
public enum WaitResult {
    GRANTED,
    TIMED_OUT,
    QUEUE_FULL,
    /** No endpoint gave a connection. */
    UNREACHABLE,
    /** No address of an endpoint is known. */
    UNRESOLVED,
    /** The upstream refused the login that the connection was to have. */
    AUTHENTICATION,
    /** An operator had paused the upstream, or drains it. */
    OUT_OF_SERVICE,
    /** The gateway was being stopped. */
    STOPPING,
    /** The client was gone, or wanted the transaction no more. */
    ABANDONED
}
