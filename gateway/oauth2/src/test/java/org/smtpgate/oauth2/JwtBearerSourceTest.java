package org.smtpgate.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Assertions of a service account: what they say, and that a real endpoint takes them. */
class JwtBearerSourceTest {
    private final MutableClock clock = new MutableClock();
    private Vertx vertx;
    private org.smtpgate.testkit.oauth.TokenEndpoint server;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        server = org.smtpgate.testkit.oauth.TokenEndpoint.start(clock).serviceAccount("robot", Keys.RSA.getPublic());
    }

    @AfterEach
    void stop() {
        server.close();
        Awaiting.result(vertx.close());
    }

    @Test
    void delegationNamesTheLoginAsSubject() {
        String token = token(Subject.eachLogin(), Keys.RSA);

        assertThat(server.find(token)).hasValueSatisfying(issued -> {
            assertThat(issued.subject()).isEqualTo("alice@example.org");
            assertThat(issued.clientId()).isEqualTo("robot");
            assertThat(issued.scope()).isEqualTo("https://mail.google.com/");
        });
        JsonObject claims = claims();
        assertThat(claims.fieldNames()).containsExactlyInAnyOrder("iss", "sub", "aud", "scope", "iat", "exp", "jti");
        assertThat(claims.getString("aud")).isEqualTo(server.uri().toString());
        assertThat(claims.getLong("iat")).isEqualTo(clock.instant().getEpochSecond());
        assertThat(claims.getLong("exp") - claims.getLong("iat")).isEqualTo(300);
        assertThat(server.requests().get(0).form()).containsOnlyKeys("grant_type", "assertion", "hd");
    }

    @Test
    void oneSubjectServesAll() {
        assertThat(server.find(token(Subject.one("relay@example.org"), Keys.RSA))
                        .orElseThrow()
                        .subject())
                .isEqualTo("relay@example.org");
    }

    @Test
    void withoutASubjectTheServiceAccountAsksForItself() {
        token(Subject.one(""), Keys.RSA);

        assertThat(claims().fieldNames()).doesNotContain("sub");
    }

    @Test
    void anotherKeyIsRefused() {
        var source = source(Subject.eachLogin(), Keys.rsa(2048));

        assertThat(Awaiting.failure(source.fetch("alice")).failure()).isEqualTo(TokenFailure.GRANT_REFUSED);
    }

    private String token(Subject subject, java.security.KeyPair pair) {
        var source = source(subject, pair);
        return Awaiting.result(source.fetch(source.account("alice@example.org")))
                .accessToken();
    }

    private JwtBearerSource source(Subject subject, java.security.KeyPair pair) {
        var endpoint = new TokenEndpoint(
                vertx,
                new TokenEndpointSettings(server.uri(), Duration.ofSeconds(10), Optional.empty()),
                ClientAuthentication.none(),
                clock,
                TokenEvents.NONE);
        return new JwtBearerSource(
                endpoint,
                new JwtBearerSource.Assertion(
                        SigningKey.of(pair.getPrivate(), ""), "robot", "", "https://mail.google.com/"),
                subject,
                Map.of("hd", "example.org"),
                clock);
    }

    private JsonObject claims() {
        String assertion = server.requests().get(0).parameter("assertion");
        return new JsonObject(
                new String(Base64.getUrlDecoder().decode(assertion.split("\\.")[1]), StandardCharsets.UTF_8));
    }
}
