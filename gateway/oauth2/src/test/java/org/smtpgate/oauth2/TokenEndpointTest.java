package org.smtpgate.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.TestIdentity;
import org.smtpgate.testkit.oauth.Behaviour;

/** One request to a real endpoint, and whatever can become of it. */
class TokenEndpointTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String SECRET = "p&w=d +ü%";

    private final RecordedEvents events = new RecordedEvents();
    private final List<TokenEndpoint> opened = new ArrayList<>();
    private Vertx vertx;
    private org.smtpgate.testkit.oauth.TokenEndpoint server;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        server = org.smtpgate.testkit.oauth.TokenEndpoint.start(Clock.systemUTC())
                .client("gate:way", SECRET);
    }

    @AfterEach
    void stop() {
        opened.forEach(endpoint -> Awaiting.result(endpoint.close()));
        server.close();
        Awaiting.result(vertx.close());
    }

    static Stream<ClientAuthentication> secrets() {
        return Stream.of(
                ClientAuthentication.secretBasic("gate:way", SECRET),
                ClientAuthentication.secretPost("gate:way", SECRET));
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void provesItselfByASecretOfAnyCharacters(ClientAuthentication authentication) {
        TokenResponse response = Awaiting.result(ask(authentication, LONG));

        assertThat(server.find(response.accessToken())).isPresent();
        assertThat(response.expiresIn()).contains(Duration.ofHours(1));
        assertThat(response.refreshToken()).isEmpty();
        assertThat(events.told()).containsExactly("requested OK");
    }

    static Stream<KeyPair> keys() {
        return Stream.of(Keys.RSA, Keys.EC);
    }

    @ParameterizedTest
    @MethodSource("keys")
    void provesItselfByASignedAssertion(KeyPair pair) {
        server.client("signer", pair.getPublic());
        var authentication =
                ClientAuthentication.privateKeyJwt("signer", SigningKey.of(pair.getPrivate(), "key-1"), "");

        assertThat(server.find(Awaiting.result(ask(authentication, LONG)).accessToken()))
                .isPresent();
        // The endpoint takes each assertion once, so this proves that the next is another.
        assertThat(server.find(Awaiting.result(ask(authentication, LONG)).accessToken()))
                .isPresent();
    }

    @Test
    void provesItselfByAKeyThatIsKnownByItsCertificate() {
        server.client("signer", Keys.RSA.getPublic());
        var key = SigningKey.of(Keys.RSA.getPrivate(), TestCertificates.server().certificate());

        Awaiting.result(ask(ClientAuthentication.privateKeyJwt("signer", key, ""), LONG));

        assertThat(key).hasToString("SigningKey[PS256]");
    }

    @Test
    void anotherKeyOrAudienceIsRefused() {
        server.client("signer", Keys.RSA.getPublic());
        var key = SigningKey.of(Keys.RSA.getPrivate(), "");
        var other = SigningKey.of(Keys.rsa(2048).getPrivate(), "");

        for (var wrong : List.of(
                ClientAuthentication.privateKeyJwt("signer", other, ""),
                ClientAuthentication.privateKeyJwt("signer", key, "https://elsewhere.test/"),
                ClientAuthentication.secretBasic("gate:way", "another"),
                ClientAuthentication.publicClient("gate:way"),
                ClientAuthentication.none())) {
            TokenException refusal = Awaiting.failure(ask(wrong, LONG));
            assertThat(refusal).hasMessage("token endpoint " + server.uri() + " answered 401 invalid_client");
            assertThat(refusal.failure()).isEqualTo(TokenFailure.CLIENT_REFUSED);
        }
        assertThat(events.told()).hasSize(5).containsOnly("requested CLIENT_REFUSED");
    }

    @ParameterizedTest
    @CsvSource({
        "REFUSE_CLIENT,CLIENT_REFUSED,answered 401 invalid_client",
        "FAIL,UNAVAILABLE,answered 503",
        "THROTTLE,UNAVAILABLE,answered 429",
        "GARBAGE,UNAVAILABLE,answered 200 without a usable access_token",
        "HUGE,UNAVAILABLE,answered more than 65536 bytes",
        "REDIRECT,UNAVAILABLE,answered 307",
        "HANG,UNAVAILABLE,gave no answer within 300 ms",
        "TRICKLE,UNAVAILABLE,gave no answer within 300 ms",
        "DROP,UNAVAILABLE,cannot be reached: Connection was closed"
    })
    void whateverGoesWrongHasItsMessage(Behaviour behaviour, TokenFailure failure, String message) {
        server.behave(behaviour);

        TokenException why = Awaiting.failure(ask(ClientAuthentication.secretPost("gate:way", SECRET), SHORT));

        assertThat(why.failure()).isEqualTo(failure);
        assertThat(why).hasMessage("token endpoint " + server.uri() + " " + message);
        assertThat(events.told()).containsExactly("requested " + failure);
    }

    @Test
    void anEndpointThatAsksForPeaceIsHeard() {
        server.behave(Behaviour.THROTTLE);

        assertThat(Awaiting.failure(ask(ClientAuthentication.none(), LONG)).retryAfter())
                .isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void whatTheEndpointRepeatsOfASecretIsNotShown() {
        server.behave(Behaviour.REFUSE);
        String secret = "correct-horse-battery-staple";

        TokenException basic = Awaiting.failure(ask(ClientAuthentication.secretBasic("gate:way", secret), LONG));
        TokenException post = Awaiting.failure(ask(ClientAuthentication.secretPost("gate:way", secret), LONG));

        for (TokenException why : List.of(basic, post)) {
            assertThat(why.failure()).isEqualTo(TokenFailure.GRANT_REFUSED);
            assertThat(why)
                    .hasMessageContaining("400 invalid_grant: not good:")
                    .hasMessageContaining("client_credentials")
                    .hasMessageContaining("***");
            assertThat(why.getMessage()).doesNotContain("horse").doesNotContain("staple");
        }
        assertThat(basic.getMessage()).doesNotContainPattern("Basic [A-Za-z0-9]{4}");
    }

    @Test
    void anEndpointThatIsNotThereHasItsMessage() {
        URI gone = server.uri();
        server.close();

        TokenException why = Awaiting.failure(ask(ClientAuthentication.none(), LONG));

        assertThat(why.failure()).isEqualTo(TokenFailure.UNAVAILABLE);
        assertThat(why).hasMessageStartingWith("token endpoint " + gone + " cannot be reached: Connection refused");
    }

    @Test
    void afterClosingRequestsFail() {
        var endpoint = endpoint(ClientAuthentication.none(), LONG, Optional.empty());
        Awaiting.result(endpoint.close());

        assertThat(Awaiting.failure(endpoint.request(() -> new TokenForm("client_credentials")))
                        .failure())
                .isEqualTo(TokenFailure.UNAVAILABLE);
    }

    @Test
    void trustsTheAuthorityItIsGiven() {
        startTls(TestCertificates.server());

        var response = Awaiting.result(ask(
                ClientAuthentication.secretPost("gate:way", SECRET),
                LONG,
                Optional.of(TestCertificates.authorityPem())));

        assertThat(server.find(response.accessToken())).isPresent();
    }

    static Stream<TestIdentity> impostors() {
        return Stream.of(TestCertificates.wrongHost(), TestCertificates.untrusted(), TestCertificates.expired());
    }

    @ParameterizedTest
    @MethodSource("impostors")
    void sendsNothingToAnImpostor(TestIdentity impostor) {
        startTls(impostor);

        TokenException why = Awaiting.failure(ask(
                ClientAuthentication.secretPost("gate:way", SECRET),
                LONG,
                Optional.of(TestCertificates.authorityPem())));

        assertThat(why.failure()).isEqualTo(TokenFailure.UNAVAILABLE);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void trustsThePublicAuthoritiesAloneByDefault() {
        startTls(TestCertificates.server());

        assertThat(Awaiting.failure(ask(ClientAuthentication.none(), LONG)).failure())
                .isEqualTo(TokenFailure.UNAVAILABLE);
        assertThat(server.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://login.example/token",
                "ftp://login.example/token",
                "/token",
                "https://user:pass@login.example/token",
                "https://login.example/token#x",
                "https:token"
            })
    void refusesAnAddressThatSecretsMustNotGoTo(String uri) {
        assertThatThrownBy(() -> new TokenEndpointSettings(URI.create(uri), LONG, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("pass@");
    }

    @Test
    void messagesNameTheEndpointWithoutItsQuery() {
        var settings = new TokenEndpointSettings(
                URI.create("https://login.example/common/token?key=12345"), LONG, Optional.empty());

        assertThat(settings.name()).isEqualTo("token endpoint https://login.example/common/token");
    }

    private void startTls(TestIdentity identity) {
        server.close();
        server = org.smtpgate.testkit.oauth.TokenEndpoint.startTls(identity, Clock.systemUTC())
                .client("gate:way", SECRET);
    }

    private Future<TokenResponse> ask(ClientAuthentication authentication, Duration timeout) {
        return ask(authentication, timeout, Optional.empty());
    }

    private Future<TokenResponse> ask(
            ClientAuthentication authentication, Duration timeout, Optional<String> trustPem) {
        return endpoint(authentication, timeout, trustPem).request(() -> new TokenForm("client_credentials"));
    }

    private TokenEndpoint endpoint(ClientAuthentication authentication, Duration timeout, Optional<String> trustPem) {
        var endpoint = new TokenEndpoint(
                vertx,
                new TokenEndpointSettings(server.uri(), timeout, trustPem),
                authentication,
                Clock.systemUTC(),
                events);
        opened.add(endpoint);
        return endpoint;
    }
}
