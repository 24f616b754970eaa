package org.smtpgate.sasl;

/**
 * One authentication dialogue, client side. Used once, by one thread; total: whatever the server sends gives a message
 * or a {@link SaslException}.
 */
public interface SaslClientExchange {

    /**
     * The initial response (RFC 4954 section 4), or null when the mechanism lets the server speak first. Where it is too
     * long to go with AUTH it answers the server's first challenge, which is empty and is not given to
     * {@code respond}.
     */
    byte[] initialResponse();

    /**
     * Answers a challenge, base64-decoded; the answer may be empty. SCRAM derives a key here, which takes milliseconds
     * of CPU and up to a second: see {@link SaslClientMechanisms#derivesKey}.
     *
     * @throws SaslException when the server breaks the mechanism or fails to prove itself: the exchange is to be
     *     cancelled with {@code *}
     */
    byte[] respond(byte[] challenge) throws SaslException;

    /**
     * Whether all is well with a 235 now: false while the mechanism expects the server to prove itself (SCRAM), and
     * after the server has said that it refuses.
     */
    boolean complete();
}
