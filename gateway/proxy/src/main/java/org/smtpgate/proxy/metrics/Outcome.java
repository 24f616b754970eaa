package org.smtpgate.proxy.metrics;

/** What became of a transaction. */
public enum Outcome {
    /** The upstream took the message. */
    ACCEPTED,
    /** Refused for good: 5xx. */
    REJECTED,
    /** Refused for now: 4xx. */
    DEFERRED,
    /** The client, or a rule about its content, ended it before the end of the data. */
    ABORTED,
    /** All of the content went upstream, and no word of it came back. */
    UNKNOWN
}
