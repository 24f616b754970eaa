package org.smtpgate.auth.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.auth.oauth2.ProviderScene.LOGIN;
import static org.smtpgate.auth.oauth2.ProviderScene.accepted;
import static org.smtpgate.auth.oauth2.ProviderScene.refused;
import static org.smtpgate.auth.oauth2.ProviderScene.token;
import static org.smtpgate.auth.oauth2.ProviderScene.unknown;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.testkit.auth.LogCapture;
import org.smtpgate.testkit.oauth.Behaviour;
import org.smtpgate.testkit.oauth.OpenIdProvider;

/** Tokens that the provider is asked about. */
@Timeout(60)
class IntrospectionTest {
    private static final String WARNING = "lets in whoever has an active token";

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

    @ParameterizedTest
    @ValueSource(strings = {"basic", "post"})
    void theProviderIsAskedByWhomItKnows(String authentication) {
        OAuth2Backend backend =
                scene.backend(Sections.introspecting(provider).put("client-authentication", authentication));

        assertThat(accepted(backend, token(LOGIN, provider.token(LOGIN))).subject())
                .isEqualTo(LOGIN);
        refused(backend, "opaque-and-unknown");
        refused(backend, token("bob", provider.token(LOGIN)));
    }

    @Test
    void anAnswerIsBelievedForAWhileButNotBeyondTheTokensEnd() {
        OAuth2Backend backend = scene.backend(
                Sections.introspecting(provider).put("cache-time", "10m").put("clock-skew", "0s"));
        String token = provider.token(LOGIN);

        accepted(backend, token);
        provider.revoke(token);
        scene.time.pass(Duration.ofSeconds(299));
        accepted(backend, token);
        assertThat(provider.asked(OpenIdProvider.INTROSPECTION)).isEqualTo(1);
        scene.time.pass(Duration.ofSeconds(1));
        refused(backend, token);
        assertThat(provider.asked(OpenIdProvider.INTROSPECTION)).isEqualTo(2);
    }

    /** The gateway may remember the answer. */
    @Test
    void theUserHasTheTokensEndIfTheProviderSaysIt() {
        OAuth2Backend backend = scene.backend(Sections.introspecting(provider));
        JsonObject claims = provider.claims(LOGIN);
        long end = claims.getLong("exp");

        assertThat(accepted(backend, provider.issue(claims)).principal().getLong("exp"))
                .isEqualTo(end);
        claims.remove("exp");
        assertThat(accepted(backend, provider.issue(claims)).principal().containsKey("exp"))
                .isFalse();
    }

    @Test
    void withoutACacheEachTokenIsAskedAbout() {
        OAuth2Backend backend = scene.backend(Sections.introspecting(provider).put("cache-time", "0s"));
        String token = provider.token(LOGIN);

        accepted(backend, token);
        provider.revoke(token);
        refused(backend, token);
    }

    @Test
    void whatTheProviderSaysMustFitTheSection() {
        OAuth2Backend backend = scene.backend(Sections.introspecting(provider).put("scopes", "smtp.send"));
        JsonObject claims = provider.claims(LOGIN).put("scope", "openid smtp.send");

        accepted(backend, provider.issue(claims));
        refused(backend, provider.issue(claims.copy().put("scope", "openid smtp.sender")));
        refused(backend, provider.issue(claims.copy().put("aud", "another")));
        refused(backend, provider.issue(claims.copy().put("iss", "https://another.example.org")));
        claims.remove("iss");
        accepted(backend, provider.issue(claims));
    }

    @ParameterizedTest
    @EnumSource(names = {"FAIL", "HANG", "GARBAGE", "HUGE", "DROP", "REDIRECT", "REFUSE_CLIENT"})
    void nobodyCanTellWhileTheProviderBehavesBadly(Behaviour behaviour) {
        OAuth2Backend backend = scene.backend(Sections.introspecting(provider).put("timeout", "1s"));
        String token = provider.token(LOGIN);
        provider.behave(OpenIdProvider.INTROSPECTION, behaviour);

        assertThat(unknown(backend, token)).doesNotContain(token);

        provider.behave(OpenIdProvider.INTROSPECTION, Behaviour.ANSWER);
        accepted(backend, token);
        assertThat(provider.asked("/elsewhere")).isZero();
    }

    @Test
    void nobodyCanTellWhileTheProviderIsDown() {
        OAuth2Backend backend = scene.backend(Sections.introspecting(provider));
        accepted(backend, provider.token(LOGIN));
        provider.down();

        unknown(backend, provider.issue(provider.claims(LOGIN).put("jti", "2")));
        provider.up();
        accepted(backend, provider.issue(provider.claims(LOGIN).put("jti", "3")));
    }

    @Test
    void aClientThatTheProviderDoesNotKnowIsTheOperatorsTrouble() {
        OAuth2Backend backend = scene.backend(Sections.introspecting(provider).put("client-secret", "wrong"));

        assertThat(unknown(backend, provider.token(LOGIN))).contains("401");
    }

    /** A token that a user gave to another service of the same provider would send mail in the user's name. */
    @Test
    void thePluginWarnsWhereNobodyAsksForWhomATokenWasMeant() throws Exception {
        JsonObject section = Sections.introspecting(provider);
        section.remove("audience");

        assertThat(logged(section)).contains(WARNING);
        assertThat(logged(section.copy().put("audience", "smtp"))).doesNotContain(WARNING);
        assertThat(logged(section.copy().put("scopes", "smtp.send"))).doesNotContain(WARNING);
    }

    private String logged(JsonObject section) throws Exception {
        try (LogCapture log = LogCapture.start()) {
            scene.plugin(section).close().await(20, TimeUnit.SECONDS);
            return log.text();
        }
    }
}
