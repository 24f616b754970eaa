package org.smtpgate.proxy.authn;

import io.vertx.core.json.JsonArray;
import io.vertx.ext.auth.User;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a backend said about a user beside the login, as text. */
final class Attributes {
    private Attributes() {}

    /**
     * Scalars have one value, arrays of scalars several; whatever is deeper is left out. What is there without a value stays
     * there, for it can say that something is allowed to nobody; null alone is not there.
     */
    static Map<String, List<String>> of(User user) {
        Map<String, List<String>> attributes = new HashMap<>();
        user.attributes().forEach(entry -> {
            if (entry.getValue() != null) {
                attributes.put(entry.getKey(), values(entry.getValue()));
            }
        });
        return attributes;
    }

    private static List<String> values(Object value) {
        if (value instanceof JsonArray array) {
            return array.stream()
                    .filter(Attributes::isScalar)
                    .map(Object::toString)
                    .toList();
        }
        return isScalar(value) ? List.of(value.toString()) : List.of();
    }

    private static boolean isScalar(Object value) {
        return value instanceof String || value instanceof Number || value instanceof Boolean;
    }
}
