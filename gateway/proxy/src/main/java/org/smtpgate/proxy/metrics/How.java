package org.smtpgate.proxy.metrics;

import java.util.List;

/** How a connection ended. */
public enum How {
    QUIT,
    FIN,
    RST,
    REPLY_421,
    REPLY_221,
    TIMEOUT,
    TLS,
    /** A peer's bytes made no sense where they came. */
    PROTOCOL,
    /** A rule or a bound of the gateway's. */
    POLICY,
    /** An upstream connection that was not needed, or too old. */
    RETIRED;

    /** The ways in which an upstream goes away by itself. */
    static final List<How> OF_UPSTREAMS = List.of(FIN, RST, REPLY_421, REPLY_221, TIMEOUT, TLS, PROTOCOL);
}
