package org.smtpgate.auth.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;

class KubernetesConfigTest {
    private static final Map<String, String> POD =
            Map.of("KUBERNETES_SERVICE_HOST", "fd00::1", "KUBERNETES_SERVICE_PORT", "6443");

    @TempDir
    private Path folder;

    @BeforeEach
    void files() throws IOException {
        Files.writeString(folder.resolve("token"), "a.b.c");
        Files.writeString(folder.resolve("ca.crt"), "-");
    }

    @Test
    void theEnvironmentOfAPodSaysWhereItsApiServerIs() {
        KubernetesConfig config = config(section());

        assertThat(config.apiServer()).hasToString("https://[fd00::1]:6443");
        assertThat(config.keySet()).hasToString("https://[fd00::1]:6443/openid/v1/jwks");
        assertThat(config.mode()).isEqualTo(KubernetesConfig.Mode.TOKEN_REVIEW);
    }

    @Test
    void namesWhatIsMissing() {
        assertThatThrownBy(() -> KubernetesConfig.from(new AuthContext(null, folder), section(), Map.of()))
                .isInstanceOfSatisfying(
                        AuthConfigException.class,
                        wrong -> assertThat(wrong.key()).isEqualTo("api-server"));
        JsonObject withoutAudience = section();
        withoutAudience.remove("audience");
        assertWrong("audience", withoutAudience);
        assertWrong("token-file", section().put("token-file", "nothing"));
        assertWrong("ca-file", section().put("ca-file", "nothing"));
    }

    @Test
    void namesWhatIsWrong() {
        assertWrong("api-server", section().put("api-server", "http://kubernetes.default.svc"));
        assertWrong("cache-time", section().put("cache-time", "61s"));
        assertWrong("service-accounts[0].namespace", rule(new JsonObject().put("name", "x")));
        assertWrong(
                "service-accounts[0].sender",
                rule(new JsonObject().put("namespace", "x").put("sender", "y")));
    }

    @Test
    void aRuleForManyAccountsGivesNoLoginToAllOfThem() {
        assertWrong(
                "service-accounts[0].login",
                rule(new JsonObject().put("namespace", "shop").put("login", "shop@x")));
        assertWrong(
                "service-accounts[0].login",
                rule(new JsonObject().put("namespace", "*").put("login", "{name}@x")));
        config(rule(new JsonObject().put("namespace", "*").put("login", "{name}@{namespace}.x")));
    }

    private static JsonObject section() {
        return new JsonObject()
                .put("audience", "smtpgate")
                .put("token-file", "token")
                .put("ca-file", "ca.crt");
    }

    private static JsonObject rule(JsonObject rule) {
        return section().put("service-accounts", new JsonArray().add(rule));
    }

    private KubernetesConfig config(JsonObject section) {
        return KubernetesConfig.from(new AuthContext(null, folder), section, POD);
    }

    private void assertWrong(String key, JsonObject section) {
        assertThatThrownBy(() -> config(section))
                .isInstanceOfSatisfying(
                        AuthConfigException.class,
                        wrong -> assertThat(wrong.key()).isEqualTo(key));
    }
}
