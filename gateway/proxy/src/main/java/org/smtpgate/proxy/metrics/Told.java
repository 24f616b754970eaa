package org.smtpgate.proxy.metrics;

/** The last thing a client was told before its session ended. */
public enum Told {
    NOTHING,
    REPLY_221,
    REPLY_421,
    REPLY_OTHER
}
