package org.smtpgate.auth;

import io.vertx.core.json.JsonObject;

/**
 * The answer to a challenge (CRAM-MD5, RFC 2195): proof of a password that did not travel.
 *
 * @param challenge what the gateway sent, angle brackets included
 * @param digest HMAC-MD5 of the challenge under the password, in lower-case hex
 */
public record SubmittedDigest(String username, String challenge, String digest, Origin origin)
        implements SubmittedCredentials {

    @Override
    public String authorizationId() {
        return "";
    }

    @Override
    public JsonObject toJson() {
        return new JsonObject()
                .put("username", username)
                .put("challenge", challenge)
                .put("digest", digest);
    }

    @Override
    public String toString() {
        return "SubmittedDigest[username=" + username + ", digest=***, " + origin + "]";
    }
}
