package org.smtpgate.tokens;

/** A token is no good, for a reason that the client is not told. Has no stack trace: bad tokens are ordinary. */
public final class RefusedTokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Refusal refusal;

    /** @param reason in words, for the log; quotes nothing of the token */
    public RefusedTokenException(Refusal refusal, String reason) {
        super(reason, null, false, false);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
