package org.smtpgate.testkit.oauth;

import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The clients that an endpoint knows, and how each proves itself (RFC 6749 section 2.3, RFC 7523 section 2.2). */
final class Clients {
    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private final Map<String, String> secrets = new ConcurrentHashMap<>();
    private final Map<String, PublicKey> keys = new ConcurrentHashMap<>();
    private final Set<String> publicClients = ConcurrentHashMap.newKeySet();
    private final Set<String> usedAssertions = ConcurrentHashMap.newKeySet();

    void add(String id, String secret) {
        secrets.put(id, secret);
    }

    void add(String id, PublicKey key) {
        keys.put(id, key);
    }

    void addPublic(String id) {
        publicClients.add(id);
    }

    boolean isConfidential(String id) {
        return !publicClients.contains(id);
    }

    /** Which client asks. */
    String authenticated(TokenRequest request, String audience, Instant now) throws Refusal {
        boolean basic = request.authorization() != null;
        boolean assertion = !request.parameter("client_assertion").isEmpty();
        boolean post = !request.parameter("client_secret").isEmpty();
        if ((basic ? 1 : 0) + (assertion ? 1 : 0) + (post ? 1 : 0) > 1) {
            throw new Refusal("invalid_request");
        }
        String named = request.parameter("client_id");
        if (basic) {
            return byBasic(request.authorization());
        }
        if (assertion) {
            return byAssertion(request, audience, now);
        }
        return post ? bySecret(named, request.parameter("client_secret")) : byName(named);
    }

    private String byName(String id) throws Refusal {
        if (!publicClients.contains(id)) {
            throw new Refusal("invalid_client");
        }
        return id;
    }

    private String byBasic(String authorization) throws Refusal {
        try {
            String pair = new String(
                    Base64.getDecoder().decode(authorization.replaceFirst("^Basic ", "")), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return bySecret(
                    TokenRequest.decoded(pair.substring(0, colon)), TokenRequest.decoded(pair.substring(colon + 1)));
        } catch (RuntimeException e) {
            throw new Refusal("invalid_client");
        }
    }

    private String bySecret(String id, String secret) throws Refusal {
        if (!secret.equals(secrets.get(id))) {
            throw new Refusal("invalid_client");
        }
        return id;
    }

    private String byAssertion(TokenRequest request, String audience, Instant now) throws Refusal {
        String jwt = request.parameter("client_assertion");
        String id = Assertion.unverified(jwt).getString("sub", "");
        PublicKey key = keys.get(id);
        if (key == null || !request.parameter("client_assertion_type").equals(ASSERTION_TYPE)) {
            throw new Refusal("invalid_client");
        }
        Assertion assertion = Assertion.verified(jwt, key, audience, now, "invalid_client");
        if (!assertion.claim("iss").equals(id) || !usedAssertions.add(assertion.claim("jti"))) {
            throw new Refusal("invalid_client");
        }
        return id;
    }
}
