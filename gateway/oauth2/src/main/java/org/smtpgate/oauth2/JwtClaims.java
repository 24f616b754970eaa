package org.smtpgate.oauth2;

import com.nimbusds.jwt.JWTClaimsSet;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;

/** What every assertion says (RFC 7523 section 3), whatever it is for. */
final class JwtClaims {
    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private JwtClaims() {}

    /**
     * Those that are common to all.
     *
     * @param audience what the endpoint calls itself; empty for its URL
     */
    static JWTClaimsSet.Builder of(String issuer, String audience, URI endpoint, Instant now) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience(audience.isEmpty() ? endpoint.toString() : audience)
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFETIME)));
    }
}
