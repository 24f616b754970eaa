package org.smtpgate.oauth2;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;

/**
 * A service account's key file as Google Cloud hands it out, in JSON.
 *
 * @param email the issuer of its assertions
 * @param tokenUri the endpoint, which is also their audience
 */
public record GoogleServiceAccount(String email, SigningKey key, URI tokenUri) {

    /** Blocks. Refuses a file that every user may read. */
    public static GoogleServiceAccount read(Path file) throws KeyFileException {
        JsonObject json;
        try {
            json = new JsonObject(PrivateKeyFile.text(file));
        } catch (DecodeException e) {
            throw new KeyFileException("the file " + file + " is not JSON");
        }
        if (!"service_account".equals(json.getValue("type"))) {
            throw new KeyFileException(
                    "the file " + file + " is no key of a service account: its \"type\" is not \"service_account\"");
        }
        try {
            return new GoogleServiceAccount(
                    text(file, json, "client_email"),
                    SigningKey.of(
                            PrivateKeyFile.parse(file, text(file, json, "private_key")),
                            text(file, json, "private_key_id")),
                    URI.create(text(file, json, "token_uri")));
        } catch (IllegalArgumentException e) {
            throw new KeyFileException("the file " + file + " holds a token_uri or a private key that cannot be used");
        }
    }

    private static String text(Path file, JsonObject json, String key) throws KeyFileException {
        if (json.getValue(key) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new KeyFileException("the file " + file + " has no \"" + key + "\"");
    }
}
