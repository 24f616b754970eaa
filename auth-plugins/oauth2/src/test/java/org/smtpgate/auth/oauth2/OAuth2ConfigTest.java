package org.smtpgate.auth.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.auth.AuthConfigException;

class OAuth2ConfigTest {
    @TempDir
    private Path folder;

    @Test
    void twoSettingsAreEnough() {
        OAuth2Config config = config(section());

        assertThat(config.mode()).isEqualTo(OAuth2Config.Mode.JWT);
        assertThat(config.discovery())
                .hasToString("https://login.example.org/realms/mail/.well-known/openid-configuration");
        assertThat(config.rules().names().claims()).containsExactly("preferred_username");
        assertThat(config.algorithms()).extracting(Object::toString).contains("RS256", "PS512", "ES384");
        assertThat(config.algorithms()).extracting(Object::toString).doesNotContain("HS256", "none");
        assertThat(config.times().kept()).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void anIssuerForManyTenantsNamesThoseThatAreLetIn() {
        JsonObject many = section().put("issuer", "https://login.microsoftonline.com/{tenantid}/v2.0");
        assertWrong("discovery", many.copy());

        many.put("discovery", "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration");
        assertWrong("tenants", many.copy());
        config(many.put("tenants", "8eaef023-2b34-4da1-9baa-8bc8c9d6a490"));
    }

    @Test
    void secretsGoInTheClearOnlyWithinTheMachineOrWhereTheOperatorInsists() {
        assertWrong("issuer", section().put("issuer", "http://login.example.org/"));
        assertWrong("token-endpoint", section().put("token-endpoint", "http://login.example.org/token"));
        config(section().put("issuer", "http://localhost:8080/"));
        config(section().put("issuer", "http://login.example.org/").put("allow-http", true));
    }

    @Test
    void namesWhatIsMissing() {
        assertWrong("issuer", new JsonObject());
        assertWrong("audience", new JsonObject().put("issuer", "https://login.example.org/"));
        assertWrong("client-secret-file", section().put("mode", "introspection"));
        assertWrong("client-id", section().put("password-grant", true));
        assertWrong("client-id", section().put("mode", "introspection").put("client-secret", "x"));
    }

    @Test
    void namesWhatIsWrong() {
        assertWrong("algorithms", section().put("algorithms", "HS256"));
        assertWrong("algorithms", section().put("algorithms", "none"));
        assertWrong("clock-skew", section().put("clock-skew", "6m"));
        assertWrong("jwks-kept", section().put("jwks-fresh", "2h").put("jwks-kept", "1h"));
        assertWrong("client-authentication", section().put("client-authentication", "jwt"));
        assertWrong("timeout", section().put("timeout", "1m"));
    }

    @Test
    void noSecretIsInItsText() {
        OAuth2Config config = config(section().mergeIn(Sections.client()));

        assertThat(config.toString()).contains(Sections.CLIENT_ID).doesNotContain(Sections.CLIENT_SECRET);
    }

    private static JsonObject section() {
        return new JsonObject()
                .put("issuer", "https://login.example.org/realms/mail")
                .put("audience", "smtp");
    }

    private OAuth2Config config(JsonObject section) {
        return Sections.config(null, folder, section);
    }

    private void assertWrong(String key, JsonObject section) {
        assertThatThrownBy(() -> config(section))
                .isInstanceOfSatisfying(
                        AuthConfigException.class,
                        wrong -> assertThat(wrong.key()).isEqualTo(key));
    }
}
