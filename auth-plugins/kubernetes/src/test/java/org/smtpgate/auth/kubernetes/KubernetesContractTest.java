package org.smtpgate.auth.kubernetes;

import io.vertx.core.json.JsonObject;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.testkit.auth.TokenPluginContract;
import org.smtpgate.testkit.kubernetes.KubernetesApi;

/** Tokens, in each of the ways to tell good ones from bad. */
@ParameterizedClass
@ValueSource(strings = {"token-review", "jwks"})
class KubernetesContractTest extends TokenPluginContract {
    @Parameter
    private String mode;

    private KubernetesApi api;

    @BeforeEach
    void start() {
        api = KubernetesApi.start(folder.resolve("pod"), Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Override
    protected AuthPlugin plugin() {
        return new KubernetesPlugin();
    }

    @Override
    protected JsonObject settings() {
        return section().put("api-server", "https://localhost:1");
    }

    @Override
    protected AuthBackend working() {
        return plugin().create(new AuthContext(vertx, folder), section());
    }

    @Override
    protected AuthBackend broken() {
        api.answer(500, "{}");
        return working();
    }

    @Override
    protected String token() {
        return api.token("shop", "orders");
    }

    @Override
    protected String login() {
        return "system:serviceaccount:shop:orders";
    }

    @Override
    protected long questions() {
        return api.reviews() + api.keySets();
    }

    private JsonObject section() {
        return Sections.of(api).put("mode", mode);
    }
}
