package org.smtpgate.proxy.dns;

import java.time.Duration;

/** A name leads nowhere, or no server could tell. Ordinary, so it has no stack trace. */
public final class DnsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration holds;

    DnsException(String message) {
        this(message, Duration.ZERO);
    }

    DnsException(String message, Duration holds) {
        super(message, null, false, false);
        this.holds = holds;
    }

    /** For how long this is the answer, as its zone says; zero when nobody knows. */
    public Duration holds() {
        return holds;
    }
}
