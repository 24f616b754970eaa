package org.smtpgate.testkit.oauth;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A request that a {@link TokenEndpoint} received: its form, decoded, and its Authorization field, or null. */
public record TokenRequest(Map<String, String> form, String authorization) {

    static TokenRequest parse(String body, String authorization) throws Refusal {
        Map<String, String> form = new LinkedHashMap<>();
        for (String field : body.split("&")) {
            int equals = field.indexOf('=');
            if (equals < 0
                    || form.put(decoded(field.substring(0, equals)), decoded(field.substring(equals + 1))) != null) {
                // RFC 6749 section 3.2: a parameter must not be there twice.
                throw new Refusal("invalid_request");
            }
        }
        return new TokenRequest(form, authorization);
    }

    /** The value of this parameter; empty when it is not there. */
    public String parameter(String name) {
        return form.getOrDefault(name, "");
    }

    static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
