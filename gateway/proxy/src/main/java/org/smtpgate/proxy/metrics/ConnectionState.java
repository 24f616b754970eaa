package org.smtpgate.proxy.metrics;

/** Where an upstream connection is kept. */
public enum ConnectionState {
    CONNECTING,
    /** In the pool. */
    IDLE,
    /** With a transaction or a session. */
    LEASED,
    /** Between an abandoned transaction and the 250 to RSET. */
    RESETTING,
    /** After QUIT, or lost. */
    CLOSING
}
