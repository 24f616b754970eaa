package org.smtpgate.app.config;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.security.PrivateKey;
import org.smtpgate.oauth2.SigningKey;

/**
 * A service account's key file as Google Cloud hands it out, in JSON.
 *
 * @param email the issuer of its assertions
 * @param tokenUri the endpoint, which is also their audience
 */
public record GoogleServiceAccount(String email, SigningKey key, URI tokenUri) {

    /** @throws IllegalArgumentException when the file cannot be used; the message names it, and holds nothing of it */
    static GoogleServiceAccount read(Path file) {
        JsonObject json = json(file);
        if (!"service_account".equals(json.getValue("type"))) {
            throw new IllegalArgumentException(
                    "the file " + file + " is no key of a service account: its \"type\" is not \"service_account\"");
        }
        String email = text(file, json, "client_email");
        PrivateKey key = PemFiles.privateKey(file, Buffer.buffer(text(file, json, "private_key")));
        String keyId = text(file, json, "private_key_id");
        String tokenUri = text(file, json, "token_uri");
        try {
            return new GoogleServiceAccount(email, SigningKey.of(key, keyId), URI.create(tokenUri));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the file " + file + " holds a token_uri or a private key that cannot be used", e);
        }
    }

    private static JsonObject json(Path file) {
        try {
            return new JsonObject(Buffer.buffer(SecretFiles.read(file)));
        } catch (DecodeException e) {
            // Without its cause, which quotes the file.
            throw new IllegalArgumentException("the file " + file + " is not JSON");
        }
    }

    private static String text(Path file, JsonObject json, String key) {
        if (json.getValue(key) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new IllegalArgumentException("the file " + file + " has no \"" + key + "\"");
    }
}
