package org.smtpgate.oauth2;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The body of a token request, and which of its values nobody may see. Used by one thread at a time. */
final class TokenForm {
    private final Map<String, String> fields = new LinkedHashMap<>();
    private final List<String> secrets = new ArrayList<>();
    private String authorization;

    TokenForm(String grantType) {
        fields.put("grant_type", grantType);
    }

    /** An empty value is left out (RFC 6749 section 3.2). */
    TokenForm with(String name, String value) {
        if (!value.isEmpty()) {
            fields.put(name, value);
        }
        return this;
    }

    /** What the configuration adds: nobody says which of it is secret, and what is short is no secret. */
    TokenForm withAll(Map<String, String> more) {
        more.forEach((name, value) -> {
            if (value.length() < SecretEchoes.LEAST_PIECE) {
                with(name, value);
            } else {
                withSecret(name, value);
            }
        });
        return this;
    }

    TokenForm withSecret(String name, String value) {
        hide(value);
        return with(name, value);
    }

    /** The value of the Authorization field; {@code secret} is what it holds. */
    void authorization(String value, String secret) {
        authorization = value;
        hide(secret);
        hide(value.substring(value.indexOf(' ') + 1));
    }

    Optional<String> authorization() {
        return Optional.ofNullable(authorization);
    }

    String encoded() {
        return fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** What an endpoint says, without what it repeats of our secrets. */
    String redacted(String text) {
        return SecretEchoes.removed(text, secrets);
    }

    private void hide(String secret) {
        if (!secret.isEmpty()) {
            secrets.add(secret);
            secrets.add(encoded(secret));
        }
    }

    @Override
    public String toString() {
        return "TokenForm" + fields.keySet();
    }
}
