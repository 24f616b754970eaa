package org.smtpgate.auth.oauth2;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Who the gateway is at the provider (RFC 6749 section 2.3).
 *
 * @param secret empty for a public client
 */
record OAuthClient(String id, Optional<String> secret, Authentication authentication) {
    enum Authentication {
        /** {@code client_secret_basic}. */
        BASIC,
        /** {@code client_secret_post}. */
        POST
    }

    static final String FORM_TYPE = "application/x-www-form-urlencoded";

    /** The value of the Authorization field, where that is how it is done. */
    Optional<String> authorization() {
        return secret.filter(known -> authentication == Authentication.BASIC)
                .map(known -> encoded(id) + ":" + encoded(known))
                .map(pair -> "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII)));
    }

    /** A body with these fields, and who asks where the header does not say so. */
    String form(Map<String, String> fields) {
        Map<String, String> all = new LinkedHashMap<>(fields);
        if (authorization().isEmpty()) {
            all.put("client_id", id);
            secret.ifPresent(known -> all.put("client_secret", known));
        }
        return all.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "OAuthClient[" + id + ", ***, " + authentication + "]";
    }
}
