package org.smtpgate.sasl;

/** Why a client's message cannot be read. Never leaves this package: an exchange turns it into a step. */
final class Malformation extends Exception {
    private static final long serialVersionUID = 1L;

    Malformation(String reason) {
        super(reason, null, false, false);
    }

    SaslStep step() {
        return new SaslStep.Malformed(getMessage());
    }
}
