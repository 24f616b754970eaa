package org.smtpgate.smtp.receiver;

/** Why a client's session ends. */
public enum SessionEnd {
    /** The client said QUIT. */
    QUIT,
    /** The client closed its side without QUIT. */
    CLIENT_CLOSED,
    /** The client was silent for too long. */
    IDLE,
    /** The gateway is being stopped. */
    SHUTDOWN,
    /** The client made too many errors, or failed to log in too often. */
    ERRORS,
    /** The client went past a bound. */
    LIMIT,
    /** The client sent plaintext behind STARTTLS. */
    TLS_INJECTION,
    /** The upstream closed the session's own connection. */
    UPSTREAM_CLOSED,
    /** A policy turned the client away. */
    REFUSED,
    /** A fault of the gateway. */
    INTERNAL
}
