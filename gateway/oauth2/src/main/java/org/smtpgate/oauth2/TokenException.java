package org.smtpgate.oauth2;

import java.time.Duration;

/** There is no token. Its message is for the operator: it may quote the endpoint, and never holds a secret of ours. */
public final class TokenException extends Exception {
    private static final long serialVersionUID = 1L;

    private final TokenFailure failure;
    private final Duration retryAfter;

    TokenException(TokenFailure failure, String message) {
        this(failure, message, Duration.ZERO);
    }

    /** @param retryAfter how long the endpoint asked to be left alone (RFC 9110 section 10.2.3); zero if it did not */
    TokenException(TokenFailure failure, String message, Duration retryAfter) {
        super(message, null, false, false);
        this.failure = failure;
        this.retryAfter = retryAfter;
    }

    public TokenFailure failure() {
        return failure;
    }

    Duration retryAfter() {
        return retryAfter;
    }
}
