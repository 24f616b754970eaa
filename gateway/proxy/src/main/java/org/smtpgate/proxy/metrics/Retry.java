package org.smtpgate.proxy.metrics;

/** What a transaction sends again when it goes to another upstream connection. */
public enum Retry {
    /** MAIL, and what is pipelined behind it: the client has been told of no success. */
    MAIL,
    /** All that the client knows to be accepted. */
    ENVELOPE
}
