package org.smtpgate.auth.dovecot;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;

/** What the server says with its last answer: {@code name=value}, or a name alone. */
record Fields(List<String> fields) {
    /** Secrets, what is the subject already, and what is the mechanism's own. */
    private static final Set<String> NO_ATTRIBUTES = Set.of("user", "pass", "token", "resp");

    private static final int LONGEST_FOR_A_LOG = 200;

    /** Whether the name stands alone. */
    boolean has(String name) {
        return fields.contains(name);
    }

    /** The first value of that name; empty where there is none. */
    String value(String name) {
        return fields.stream()
                .filter(field -> field.startsWith(name + "="))
                .map(field -> field.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }

    /** Likewise, on one line that is not long. */
    String legible(String name) {
        String plain = value(name).replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+", " ");
        return plain.length() <= LONGEST_FOR_A_LOG ? plain : plain.substring(0, LONGEST_FOR_A_LOG) + "…";
    }

    /** All that may be known of the user: a name alone is true, and one that came twice has a list. */
    JsonObject attributes() {
        JsonObject attributes = new JsonObject();
        for (String field : fields) {
            int equals = field.indexOf('=');
            String name = equals < 0 ? field : field.substring(0, equals);
            if (!name.isEmpty() && !NO_ATTRIBUTES.contains(name)) {
                Object value = equals < 0 ? Boolean.TRUE : field.substring(equals + 1);
                attributes.put(name, together(attributes.getValue(name), value));
            }
        }
        return attributes;
    }

    private static Object together(Object before, Object value) {
        if (before == null) {
            return value;
        }
        return (before instanceof JsonArray list ? list : new JsonArray().add(before)).add(value);
    }

    /** None of them: one may be a password. */
    @Override
    public String toString() {
        return "Fields[***]";
    }
}
