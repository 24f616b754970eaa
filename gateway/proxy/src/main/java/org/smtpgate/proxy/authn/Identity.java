package org.smtpgate.proxy.authn;

import java.util.List;
import java.util.Map;

/**
 * Who a client has proven to be.
 *
 * @param login the canonical login, as the backend names the user
 * @param mechanism the SASL mechanism that carried the proof
 * @param backend the configured name of the backend that took it
 * @param attributes what else the backend said about the user, each with one value, several, or none
 */
public record Identity(String login, String mechanism, String backend, Map<String, List<String>> attributes) {

    public Identity {
        attributes = Map.copyOf(attributes);
    }

    /** Without the values of attributes: a backend may say a password for the upstream. */
    @Override
    public String toString() {
        return "Identity[login=" + login + ", mechanism=" + mechanism + ", backend=" + backend + ", attributes="
                + attributes.keySet() + "]";
    }
}
