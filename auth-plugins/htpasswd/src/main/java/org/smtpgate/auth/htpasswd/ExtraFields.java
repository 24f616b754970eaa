package org.smtpgate.auth.htpasswd;

import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * The last field of a line of Dovecot's passwd-file: {@code key=value} and {@code key}, with spaces between. A key that lets
 * in or keeps out is obeyed or refused, never passed over.
 *
 * @param login the canonical one, from {@code user=}
 */
record ExtraFields(Optional<String> login, boolean noLogin, JsonObject attributes) {
    private static final String FOR_USERDB = "userdb_";

    static ExtraFields read(String text) throws UnusableLineException {
        Optional<String> login = Optional.empty();
        boolean noLogin = false;
        JsonObject attributes = new JsonObject();
        for (String field : text.split(" ")) {
            String key = field.split("=", 2)[0];
            String value = field.contains("=") ? field.substring(key.length() + 1) : "yes";
            switch (key) {
                case "" -> {}
                case "user" -> login = Optional.of(value).filter(name -> !name.isEmpty());
                case "nologin" -> noLogin = true;
                // For logging in elsewhere; a secret, which attributes do not keep.
                case "pass" -> {}
                case "allow_nets", "allow_real_nets", "master", "noauthenticate", "nopassword" ->
                    throw new UnusableLineException(
                            "the extra field " + key + " is not supported; take the line or the field out");
                default -> put(attributes, key, value);
            }
        }
        return new ExtraFields(login, noLogin, attributes);
    }

    /** What Dovecot prefetches for its userdb is the same attribute, unless that one stands there by itself. */
    private static void put(JsonObject attributes, String key, String value) {
        if (!key.startsWith(FOR_USERDB)) {
            attributes.put(key, value);
        } else if (!attributes.containsKey(key.substring(FOR_USERDB.length()))) {
            attributes.put(key.substring(FOR_USERDB.length()), value);
        }
    }
}
