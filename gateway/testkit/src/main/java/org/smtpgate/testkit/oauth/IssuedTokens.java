package org.smtpgate.testkit.oauth;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The opaque tokens that an endpoint has given out. */
final class IssuedTokens {
    private final SecureRandom random = new SecureRandom();
    private final Map<String, IssuedToken> access = new ConcurrentHashMap<>();
    private final Map<String, RefreshGrant> refresh = new ConcurrentHashMap<>();
    private final Set<String> spent = ConcurrentHashMap.newKeySet();
    private final Clock clock;

    IssuedTokens(Clock clock) {
        this.clock = clock;
    }

    /** To whom a refresh token was given, and through which client. */
    record RefreshGrant(String clientId, String subject) {}

    String access(String clientId, String subject, String scope, Duration lifetime) {
        String token = "at." + opaque();
        access.put(
                token, new IssuedToken(clientId, subject, scope, clock.instant().plus(lifetime)));
        return token;
    }

    String refresh(RefreshGrant grant) {
        String token = "rt." + opaque();
        refresh.put(token, grant);
        return token;
    }

    /** @throws Refusal when it is no token of this client; one that was used up takes its successors with it */
    RefreshGrant redeemed(String token, String clientId) throws Refusal {
        RefreshGrant grant = refresh.get(token);
        if (spent.contains(token) && grant != null) {
            refresh.values().removeIf(grant::equals);
            throw new Refusal("invalid_grant");
        }
        if (grant == null || !grant.clientId().equals(clientId)) {
            throw new Refusal("invalid_grant");
        }
        return grant;
    }

    void spend(String refreshToken) {
        spent.add(refreshToken);
    }

    Optional<IssuedToken> find(String token) {
        return Optional.ofNullable(access.get(token))
                .filter(issued -> clock.instant().isBefore(issued.expiry()));
    }

    Set<String> issued() {
        return access.keySet().stream().filter(token -> find(token).isPresent()).collect(Collectors.toSet());
    }

    boolean isLive(String refreshToken) {
        return refresh.containsKey(refreshToken) && !spent.contains(refreshToken);
    }

    void revoke(String token) {
        access.remove(token);
        refresh.remove(token);
    }

    private String opaque() {
        byte[] bytes = new byte[24];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
