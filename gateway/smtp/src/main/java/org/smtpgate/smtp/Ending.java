package org.smtpgate.smtp;

/** The endings of a session that are the gateway's own doing. */
public enum Ending {
    /** The client sent nothing for too long. */
    IDLE,
    /** The gateway is being stopped. */
    SHUTDOWN,
    /** The client made too many errors. */
    ERRORS,
    /** The client broke a bound of lines or data. */
    LIMIT
}
