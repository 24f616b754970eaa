package org.smtpgate.tokens;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is said of a token and its user (RFC 7519 section 4, RFC 7662 section 2.2). A name with dots leads into claims that
 * are objects, where no claim has that name itself. {@code toString} shows names alone.
 */
public final class Claims {
    /** The end of the year 9999: what is beyond is not a time. */
    private static final long LAST_SECOND = 253_402_300_799L;

    private final JsonObject claims;

    public Claims(JsonObject claims) {
        this.claims = claims;
    }

    /** A claim that is a text, and is not empty. */
    public Optional<String> text(String name) {
        return value(name) instanceof String text && !text.isEmpty() ? Optional.of(text) : Optional.empty();
    }

    /** A claim that is a text or a list of texts; empty when it is neither. */
    public List<String> texts(String name) {
        Object value = value(name);
        if (value instanceof JsonArray array) {
            return array.stream()
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .toList();
        }
        return value instanceof String text ? List.of(text) : List.of();
    }

    /** A claim that is a list with spaces between (RFC 6749 section 3.3), or, as some servers have it, an array. */
    public List<String> words(String name) {
        return texts(name).stream()
                .flatMap(text -> Arrays.stream(text.split(" ")))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** A NumericDate (RFC 7519 section 2). */
    public Optional<Instant> time(String name) {
        return value(name) instanceof Number seconds
                ? Optional.of(Instant.ofEpochSecond(Math.max(0, Math.min(seconds.longValue(), LAST_SECOND))))
                : Optional.empty();
    }

    /** The claim as it stands; null where there is none. */
    public Object value(String name) {
        if (claims.containsKey(name)) {
            return claims.getValue(name);
        }
        Object value = claims;
        for (String step : name.split("\\.")) {
            if (!(value instanceof JsonObject object)) {
                return null;
            }
            value = object.getValue(step);
        }
        return value;
    }

    @Override
    public String toString() {
        return "Claims" + claims.fieldNames();
    }
}
