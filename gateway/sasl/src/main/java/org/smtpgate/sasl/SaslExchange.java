package org.smtpgate.sasl;

/** One authentication dialogue, server side. Used once, by one thread. */
public interface SaslExchange {

    /**
     * Takes the client's next message, already base64-decoded. Total: any bytes give a step, none an exception. Not to
     * be called again after a step that ends the exchange.
     *
     * @param response the initial response or the answer to the last challenge; empty for {@code =}
     */
    SaslStep respond(byte[] response);
}
