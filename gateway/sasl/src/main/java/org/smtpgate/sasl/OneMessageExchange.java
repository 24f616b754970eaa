package org.smtpgate.sasl;

/** A dialogue whose first message says all: PLAIN, EXTERNAL, OAUTHBEARER, XOAUTH2. */
final class OneMessageExchange implements SaslClientExchange {
    private final byte[] message;
    private final byte[] answerToError;
    private boolean refused;

    /** A null {@code answerToError} says that the mechanism knows no challenge at all. */
    OneMessageExchange(byte[] message, byte[] answerToError) {
        this.message = message;
        this.answerToError = answerToError;
    }

    @Override
    public byte[] initialResponse() {
        return message.clone();
    }

    /** The only challenge is a server's error: answered so that the server gives its final reply. */
    @Override
    public byte[] respond(byte[] challenge) throws SaslException {
        boolean once = refused;
        refused = true;
        if (answerToError == null || once) {
            throw new SaslException("the server sent a challenge that the mechanism does not have");
        }
        return answerToError.clone();
    }

    @Override
    public boolean complete() {
        return !refused;
    }
}
