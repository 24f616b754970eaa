package org.smtpgate.sasl;

/** A SASL mechanism, server side. Stateless; safe for any thread. */
public interface SaslMechanism {

    /** The registered name, upper case, such as {@code PLAIN}. */
    String name();

    /** The kind of credentials an exchange of this mechanism presents. */
    CredentialKind presents();

    /** The challenge that asks for the first response when the client sent none with AUTH. */
    SaslStep.Challenge prompt();

    /** Begins an exchange; its first {@code respond} takes the initial response. */
    SaslExchange start();
}
