package org.smtpgate.proxy.metrics;

/** Who ended a connection. */
public enum ClosedBy {
    CLIENT,
    UPSTREAM,
    GATEWAY
}
