package org.smtpgate.auth.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.auth.oauth2.ProviderScene.LOGIN;
import static org.smtpgate.auth.oauth2.ProviderScene.accepted;
import static org.smtpgate.auth.oauth2.ProviderScene.password;
import static org.smtpgate.auth.oauth2.ProviderScene.refused;
import static org.smtpgate.auth.oauth2.ProviderScene.unknown;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.sasl.CredentialKind;
import org.smtpgate.testkit.oauth.Behaviour;
import org.smtpgate.testkit.oauth.OpenIdProvider;

/** Passwords that the provider is shown. */
@Timeout(60)
class PasswordGrantTest {
    private static final String PASSWORD = "correct Horse-7 battery";

    @TempDir
    private Path folder;

    private ProviderScene scene;
    private OpenIdProvider provider;

    @BeforeEach
    void start() {
        scene = new ProviderScene(folder);
        provider = scene.provider.user(LOGIN, PASSWORD);
    }

    @AfterEach
    void stop() throws Exception {
        scene.close();
    }

    @Test
    void passwordsAreTakenOnlyWhereTheSectionSaysSo() {
        OAuth2Backend backend = scene.backend(Sections.of(provider));

        assertThat(backend.accepts()).containsExactly(CredentialKind.TOKEN);
        unknown(backend, password(LOGIN, PASSWORD));
        assertThat(provider.asked(OpenIdProvider.TOKEN)).isZero();
    }

    /** A remembered answer would end with a token that nobody has. */
    @Test
    void aPasswordDoesNotEndWithTheTokenThatCameOfIt() {
        assertThat(accepted(scene.backend(Sections.withPasswords(provider)), password(LOGIN, PASSWORD))
                        .principal()
                        .containsKey("exp"))
                .isFalse();
    }

    @Test
    void aRightPasswordIsTheUserThatItsTokenNames() {
        assertThat(accepted(scene.backend(Sections.withPasswords(provider)), password(LOGIN, PASSWORD))
                        .subject())
                .isEqualTo(LOGIN);
    }

    @Test
    void aSettingThatRefusesEveryTokenDoesNotLookLikeAWrongPassword() {
        OAuth2Backend backend = scene.backend(Sections.withPasswords(provider).put("audience", "mistyped"));

        assertThat(unknown(backend, password(LOGIN, PASSWORD))).contains("(aud)");
        refused(backend, password(LOGIN, "wrong"));
    }

    @Test
    void aUserWithoutTheScopeIsRefused() {
        refused(scene.backend(Sections.withPasswords(provider).put("scopes", "smtp.send")), password(LOGIN, PASSWORD));
    }

    @ParameterizedTest
    @EnumSource(names = {"FAIL", "HANG", "GARBAGE", "HUGE", "DROP", "REDIRECT", "REFUSE_CLIENT"})
    void nobodyCanTellWhileTheProviderBehavesBadly(Behaviour behaviour) {
        OAuth2Backend backend = scene.backend(Sections.withPasswords(provider).put("timeout", "1s"));
        provider.behave(OpenIdProvider.TOKEN, behaviour);

        assertThat(unknown(backend, password(LOGIN, PASSWORD))).doesNotContain(PASSWORD);
        assertThat(provider.asked("/elsewhere")).isZero();
    }
}
