package org.smtpgate.auth;

import io.vertx.core.json.JsonObject;

/**
 * The certificate that the client showed in the TLS handshake (EXTERNAL, RFC 4422 appendix A): {@code origin.tls()} has
 * it, and the listener's authorities have signed it.
 */
public record SubmittedCertificate(String authorizationId, Origin origin) implements SubmittedCredentials {

    /** Empty: it is in the certificate. */
    @Override
    public String username() {
        return "";
    }

    @Override
    public JsonObject toJson() {
        return new JsonObject().put("authorizationId", authorizationId);
    }
}
