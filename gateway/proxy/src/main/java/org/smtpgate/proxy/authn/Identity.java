package org.smtpgate.proxy.authn;

/**
 * Who a client has proven to be.
 *
 * @param login the canonical login, as the backend names the user
 * @param mechanism the SASL mechanism that carried the proof
 * @param backend the configured name of the backend that took it
 */
public record Identity(String login, String mechanism, String backend) {}
