package org.smtpgate.sasl;

/** Why a server's challenge cannot be answered. Its message holds nothing of what either side sent. */
public final class SaslException extends Exception {
    private static final long serialVersionUID = 1L;

    SaslException(String reason) {
        super(reason, null, false, false);
    }
}
