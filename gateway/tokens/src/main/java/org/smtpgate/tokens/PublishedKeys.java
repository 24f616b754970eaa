package org.smtpgate.tokens;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.KeyType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;

/** The public keys of a key set (RFC 7517 section 5). A key that cannot be read, or is no such key, is left out. */
final class PublishedKeys {
    /** RFC 7518 section 3.3. */
    private static final int LEAST_RSA_BITS = 2048;

    /** A token that names no key is tried with all that fit: with no more than these. */
    private static final int MAX_CANDIDATES = 8;

    private final List<JWK> keys;

    private PublishedKeys(List<JWK> keys) {
        this.keys = List.copyOf(keys);
    }

    /** Reads a key set. */
    static PublishedKeys of(JsonAnswer answer) {
        List<JWK> keys = new ArrayList<>();
        if (answer.ok().getValue("keys") instanceof JsonArray array) {
            array.stream()
                    .filter(JsonObject.class::isInstance)
                    .map(JsonObject.class::cast)
                    .forEach(key -> add(key, keys));
        }
        if (keys.isEmpty()) {
            // To take it for the truth would make every token wrong.
            throw answer.unavailable("publishes no key that signs");
        }
        return new PublishedKeys(keys);
    }

    private static void add(JsonObject json, List<JWK> keys) {
        try {
            JWK key = JWK.parse(json.encode());
            boolean weak = key.getKeyType().equals(KeyType.RSA) && key.size() < LEAST_RSA_BITS;
            if (key instanceof AsymmetricJWK && !weak) {
                keys.add(key);
            }
        } catch (ParseException | RuntimeException e) {
            // Of a kind that is not known here: the others are as good as before.
        }
    }

    /** Those that may have signed a token with this header. */
    List<JWK> candidates(JWSHeader header) {
        JWKMatcher matcher = JWKMatcher.forJWSHeader(header);
        return matcher == null
                ? List.of()
                : keys.stream().filter(matcher::matches).limit(MAX_CANDIDATES).toList();
    }
}
