package org.smtpgate.auth.kubernetes;

import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.Map;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;

/** {@code plugin: kubernetes}: the service accounts of a cluster, by the tokens that pods have of it. */
public final class KubernetesPlugin implements AuthPlugin {
    private final Map<String, String> environment;

    public KubernetesPlugin() {
        this(System.getenv());
    }

    KubernetesPlugin(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public String name() {
        return "kubernetes";
    }

    @Override
    public AuthBackend create(AuthContext context, JsonObject settings) {
        KubernetesConfig config = KubernetesConfig.from(context, settings, environment);
        return new Cluster(context.vertx(), config, Clock.systemUTC(), System::nanoTime).backend();
    }
}
