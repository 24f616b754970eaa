package org.smtpgate.testkit;

/** How a scripted upstream is reached. */
public enum Transport {
    PLAIN,
    STARTTLS,
    IMPLICIT_TLS
}
