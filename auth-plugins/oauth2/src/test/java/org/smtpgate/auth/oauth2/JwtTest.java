package org.smtpgate.auth.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.auth.oauth2.ProviderScene.LOGIN;
import static org.smtpgate.auth.oauth2.ProviderScene.accepted;
import static org.smtpgate.auth.oauth2.ProviderScene.refused;
import static org.smtpgate.auth.oauth2.ProviderScene.token;
import static org.smtpgate.auth.oauth2.ProviderScene.unknown;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.auth.UndecidableLoginException;
import org.smtpgate.testkit.oauth.Behaviour;
import org.smtpgate.testkit.oauth.OpenIdProvider;
import org.smtpgate.testkit.oauth.TokenKey;

/** JWTs that are verified by the provider's keys: which are taken, and what is said while the keys cannot be had. */
@Timeout(60)
class JwtTest {
    @TempDir
    private Path folder;

    private ProviderScene scene;
    private OpenIdProvider provider;

    @BeforeEach
    void start() {
        scene = new ProviderScene(folder);
        provider = scene.provider;
    }

    @AfterEach
    void stop() throws Exception {
        scene.close();
    }

    @Test
    void whatTheTokenSaysBecomesTheUser() {
        OAuth2Backend backend = scene.backend(Sections.of(provider)
                .put(
                        "attributes",
                        new JsonObject().put("groups", "realm_access.roles").put("unit", "department")));
        JsonObject claims =
                provider.claims(LOGIN).put("realm_access", new JsonObject().put("roles", new JsonArray().add("staff")));

        User user = accepted(backend, provider.issue(claims));

        assertThat(user.subject()).isEqualTo(LOGIN);
        assertThat(user.attributes()).isEqualTo(new JsonObject().put("groups", new JsonArray().add("staff")));
    }

    /** The gateway may remember the answer. */
    @Test
    void theUserHasTheTokensEnd() {
        OAuth2Backend backend = scene.backend(Sections.of(provider));
        JsonObject claims = provider.claims(LOGIN);

        User user = accepted(backend, provider.issue(claims));

        assertThat(user.principal().getLong("exp")).isEqualTo(claims.getLong("exp"));
        assertThat(user.attributes().isEmpty()).isTrue();
    }

    @Test
    void aTokenOfAnotherTimeIsRefused() {
        OAuth2Backend backend = scene.backend(Sections.of(provider).put("clock-skew", "10s"));
        String token = provider.token(LOGIN);
        long now = scene.time.instant().getEpochSecond();

        scene.time.pass(Duration.ofSeconds(309));
        accepted(backend, token);
        scene.time.pass(Duration.ofSeconds(1));
        refused(backend, token);
        refused(backend, provider.issue(claimsWithout("exp")));
        refused(backend, provider.issue(provider.claims(LOGIN).put("nbf", now + 400)));
    }

    @Test
    void aTokenForOthersOrOfOthersIsRefused() {
        OAuth2Backend backend = scene.backend(Sections.of(provider));

        refused(backend, provider.issue(provider.claims(LOGIN).put("aud", "account")));
        refused(backend, provider.issue(claimsWithout("aud")));
        refused(backend, provider.issue(provider.claims(LOGIN).put("iss", provider.issuer() + "/")));
        refused(backend, provider.issue(claimsWithout("iss")));
        refused(backend, provider.issue(claimsWithout("preferred_username")));
        refused(backend, provider.issue(provider.claims("a\nb")));
        assertThat(provider.asked(OpenIdProvider.KEYS))
                .as("a stranger's token costs nothing")
                .isZero();
    }

    @Test
    void aSignatureThatNoPublicKeyMadeIsRefused() throws Exception {
        OAuth2Backend backend = scene.backend(Sections.of(provider));
        JsonObject claims = provider.claims(LOGIN);
        JsonObject ours = new JsonObject().put("alg", "RS256").put("kid", "first");

        refused(backend, TokenKey.rsa("first").sign(claims));
        refused(backend, TokenKey.rsa("unknown").sign(claims));
        refused(backend, TokenKey.ec("first").sign(claims));
        refused(backend, unsigned(claims));
        refused(backend, signedWithThePublicKeyAsASecret(claims));
        refused(
                backend,
                provider.key()
                        .sign(
                                ours.copy()
                                        .put("crit", new JsonArray().add("b64"))
                                        .put("b64", false),
                                claims));
        refused(backend, provider.key().sign(ours.copy().put("typ", "logout+jwt"), claims));
        refused(backend, provider.key().sign(ours.copy().put("kid", "enc"), claims));
        accepted(backend, provider.key().sign(ours, claims));
    }

    /** What a key of the token itself says is nothing (RFC 8725 section 3.10). */
    @Test
    void aKeyThatTheTokenBringsIsNotTrusted() {
        OAuth2Backend backend = scene.backend(Sections.of(provider));
        TokenKey own = TokenKey.rsa("own");
        JsonObject header =
                new JsonObject().put("alg", "RS256").put("jwk", own.jwk()).put("jku", provider.url("/elsewhere"));

        refused(backend, own.sign(header, provider.claims(LOGIN)));
        assertThat(provider.asked("/elsewhere")).isZero();
    }

    @Test
    void aWeakKeyIsNotTrusted() {
        provider.rotate(TokenKey.rsa("weak", 1024));

        refused(scene.backend(Sections.of(provider)), provider.token(LOGIN));
    }

    @Test
    void onlyTheAlgorithmsOfTheSectionAreTaken() {
        provider.rotate(TokenKey.ec("curve"));
        String token = provider.token(LOGIN);

        accepted(scene.backend(Sections.of(provider)), token);
        refused(scene.backend(Sections.of(provider).put("algorithms", "RS256")), token);
    }

    @Test
    void aNewKeyIsFetchedAtOnceButNotAsOftenAsStrangersLike() {
        OAuth2Backend backend = scene.backend(Sections.of(provider));
        accepted(backend, provider.token(LOGIN));
        scene.time.pass(Duration.ofSeconds(11));
        provider.rotate(TokenKey.rsa("second"));

        accepted(backend, provider.token(LOGIN));
        for (int attempt = 0; attempt < 20; attempt++) {
            refused(backend, TokenKey.ec("of a stranger").sign(provider.claims(LOGIN)));
        }
        assertThat(provider.asked(OpenIdProvider.KEYS)).isEqualTo(2);
    }

    @Test
    void oneRequestServesAllThatWaitForTheKeys() throws Exception {
        OAuth2Backend backend = scene.backend(Sections.of(provider));
        String token = provider.token(LOGIN);

        List<Future<User>> answers = Stream.generate(() -> backend.authenticate(token("", token)))
                .limit(50)
                .toList();

        for (Future<User> answer : answers) {
            assertThat(answer.await(20, TimeUnit.SECONDS).subject()).isEqualTo(LOGIN);
        }
        assertThat(provider.asked(OpenIdProvider.KEYS)).isEqualTo(1);
        assertThat(provider.asked(OpenIdProvider.METADATA)).isEqualTo(1);
    }

    @Test
    void keysAreKeptWhileTheProviderIsDownAndThenNobodyCanTell() {
        OAuth2Backend backend =
                scene.backend(Sections.of(provider).put("jwks-fresh", "1m").put("jwks-kept", "1h"));
        accepted(backend, provider.token(LOGIN));
        provider.down();

        scene.time.pass(Duration.ofMinutes(59));
        accepted(backend, provider.token(LOGIN));
        String ofAnyKey = TokenKey.rsa("perhaps a new one").sign(provider.claims(LOGIN));
        unknown(backend, ofAnyKey);
        // Whoever names such a key must not have the backend left alone, which lets all others in.
        assertThat(backend.authenticate(token("", ofAnyKey)).toCompletionStage().toCompletableFuture())
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(UndecidableLoginException.class);
        scene.time.pass(Duration.ofMinutes(2));
        unknown(backend, provider.token(LOGIN));

        provider.up();
        scene.time.pass(Duration.ofSeconds(2));
        accepted(backend, provider.token(LOGIN));
    }

    @ParameterizedTest
    @EnumSource(names = {"FAIL", "HANG", "GARBAGE", "HUGE", "DROP", "REDIRECT"})
    void nobodyCanTellWhileTheProviderBehavesBadly(Behaviour behaviour) {
        for (String path : List.of(OpenIdProvider.METADATA, OpenIdProvider.KEYS)) {
            OAuth2Backend backend = scene.backend(Sections.of(provider).put("timeout", "1s"));
            provider.behave(path, behaviour);

            unknown(backend, provider.token(LOGIN));

            provider.behave(path, Behaviour.ANSWER);
            scene.time.pass(Duration.ofSeconds(2));
            accepted(backend, provider.token(LOGIN));
        }
        assertThat(provider.asked("/elsewhere")).isZero();
    }

    @Test
    void metadataOfAnotherIssuerOrInTheClearAreNotBelieved() {
        provider.metadata("issuer", "https://elsewhere.example.org");
        assertThat(unknown(scene.backend(Sections.of(provider)), provider.token(LOGIN)))
                .contains("another issuer");

        provider.metadata("issuer", provider.issuer());
        provider.metadata("jwks_uri", "http://keys.example.org/");
        assertThat(unknown(scene.backend(Sections.of(provider)), provider.token(LOGIN)))
                .contains("jwks_uri is no https:// URL");
    }

    @Test
    void theUserNameMayBeTheLoginOrAnAliasInAnyCase() {
        OAuth2Backend backend = scene.backend(
                Sections.of(provider).put("alias-claims", "email").put("logins", new JsonObject().put("alice", LOGIN)));
        JsonObject claims = provider.claims("alice").put("email", "a.lice@example.org");
        String token = provider.issue(claims);

        for (String name : List.of("", "alice", LOGIN, "Alice@Example.org", "a.lice@example.org")) {
            assertThat(accepted(backend, token(name, token)).subject()).isEqualTo(LOGIN);
        }
        refused(backend, token("bob", token));
        refused(backend, token("a.lice@example.org", provider.issue(claims.put("email_verified", false))));
    }

    private JsonObject claimsWithout(String claim) {
        JsonObject claims = provider.claims(LOGIN);
        claims.remove(claim);
        return claims;
    }

    private static String unsigned(JsonObject claims) {
        return base64(new JsonObject().put("alg", "none")) + "." + base64(claims) + ".";
    }

    /** The well-known confusion of algorithms (RFC 8725 section 2.1). */
    private String signedWithThePublicKeyAsASecret(JsonObject claims) throws Exception {
        String signed = base64(new JsonObject().put("alg", "HS256").put("kid", "first")) + "." + base64(claims);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(provider.key().pair().getPublic().getEncoded(), "HmacSHA256"));
        return signed + "." + TokenKey.base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String base64(JsonObject json) {
        return TokenKey.base64(json.encode().getBytes(StandardCharsets.UTF_8));
    }
}
