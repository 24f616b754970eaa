package org.smtpgate.proxy.metrics;

/** What a session was doing when it ended. */
public enum Phase {
    /** It was not greeted yet: a handshake of implicit TLS was under way. */
    GREETING,
    IDLE,
    AUTH,
    /** Between MAIL and DATA, and it was the client's turn. */
    TRANSACTION,
    CONTENT,
    /** It was the upstream's turn. */
    AWAITING_REPLY
}
