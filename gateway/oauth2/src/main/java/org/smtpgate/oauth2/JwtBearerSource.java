package org.smtpgate.oauth2;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.Map;

/**
 * A token for an assertion that a service account signs (RFC 7523 section 2.1). Google's domain-wide delegation is
 * this, with the login as {@code sub} and the scope among the claims.
 */
public final class JwtBearerSource extends TokenSource {
    private static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    private final Assertion assertion;
    private final Subject subject;
    private final Map<String, String> parameters;
    private final Clock clock;

    /**
     * What an assertion says.
     *
     * @param issuer the service account's name, such as Google's {@code client_email}
     * @param audience what the endpoint calls itself; empty for its URL
     * @param scope empty for none
     */
    public record Assertion(SigningKey key, String issuer, String audience, String scope) {}

    /**
     * @param subject whose mail it is; {@code Subject.one("")} asks for the service account itself and sends no
     *     {@code sub}
     * @param parameters what else this endpoint wants beside the assertion
     */
    public JwtBearerSource(
            TokenEndpoint endpoint, Assertion assertion, Subject subject, Map<String, String> parameters, Clock clock) {
        super(endpoint);
        this.assertion = assertion;
        this.subject = subject;
        this.parameters = Map.copyOf(parameters);
        this.clock = clock;
    }

    @Override
    String account(String login) {
        return subject.of(login);
    }

    @Override
    Future<TokenResponse> fetch(String account) {
        return endpoint()
                .request(() -> new TokenForm(GRANT_TYPE)
                        .withSecret("assertion", signedFor(account))
                        .withAll(parameters));
    }

    private String signedFor(String account) throws JOSEException {
        JWTClaimsSet.Builder claims = JwtClaims.of(
                assertion.issuer(), assertion.audience(), endpoint().uri(), clock.instant());
        if (!account.isEmpty()) {
            claims.subject(account);
        }
        if (!assertion.scope().isEmpty()) {
            claims.claim("scope", assertion.scope());
        }
        return assertion.key().sign(claims.build());
    }
}
