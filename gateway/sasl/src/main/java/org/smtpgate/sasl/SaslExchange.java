package org.smtpgate.sasl;

/** One authentication dialogue, server side. Used once, by one thread. */
public interface SaslExchange {

    /**
     * The challenge that asks for the first response, for a client that sent none with AUTH. To be called before all
     * else, and once, or not at all.
     */
    default SaslStep.Challenge prompt() {
        return new SaslStep.Challenge(new byte[0]);
    }

    /**
     * Takes the client's next message, already base64-decoded. Total: any bytes give a step, none an exception. Not to
     * be called again after a step that ends the exchange, nor before {@link SaslStep.LookUp} has had its answer.
     *
     * @param response the initial response or the answer to the last challenge; empty for {@code =}
     */
    SaslStep respond(byte[] response);
}
