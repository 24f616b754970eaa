package org.smtpgate.proxy.metrics;

/** What an operator wants of an upstream. */
public enum UpstreamMode {
    ACTIVE,
    /** Nobody gets a connection; who wants one waits. */
    PAUSED,
    /** Nobody gets a connection, and everybody is told so at once. */
    DRAINING
}
