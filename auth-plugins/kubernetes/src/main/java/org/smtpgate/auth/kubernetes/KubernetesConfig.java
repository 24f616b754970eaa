package org.smtpgate.auth.kubernetes;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.Settings;
import org.smtpgate.tokens.JsonClient;
import org.smtpgate.tokens.Published;
import org.smtpgate.tokens.ServerUrl;
import org.smtpgate.tokens.Validity;

/**
 * The settings of the plugin.
 *
 * @param audience one of these must a token be meant for
 * @param tokenFile the gateway's own token
 * @param caFile who has signed the API server's certificate
 * @param issuer of the cluster's tokens; empty for that of the gateway's own
 * @param keySet where the cluster's keys are
 * @param times for those keys
 */
record KubernetesConfig(
        Mode mode,
        Set<String> audience,
        URI apiServer,
        Path tokenFile,
        Path caFile,
        Optional<String> issuer,
        URI keySet,
        AccountRules accounts,
        Duration clockSkew,
        Duration timeout,
        Published.Times times,
        Duration cacheTime,
        int cacheSize) {
    enum Mode {
        TOKEN_REVIEW,
        JWKS
    }

    private static final Path OF_THE_POD = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    /**
     * Reads them.
     *
     * @param environment of the process, where Kubernetes says where its API server is
     * @throws AuthConfigException for the first setting that is unknown, missing or bad
     */
    static KubernetesConfig from(AuthContext context, JsonObject section, Map<String, String> environment) {
        Settings settings = new Settings(context, section);
        ServerUrl urls = new ServerUrl(settings.flag("allow-http", false));
        URI apiServer = urls.configured(settings, "api-server", apiServer(settings, environment));
        KubernetesConfig config = new KubernetesConfig(
                settings.choice("mode", Mode.TOKEN_REVIEW),
                audience(settings),
                apiServer,
                file(settings, "token-file", "token"),
                file(settings, "ca-file", "ca.crt"),
                settings.optionalText("issuer"),
                urls.configured(
                        settings,
                        "jwks-uri",
                        settings.optionalText("jwks-uri")
                                .orElse(apiServer.resolve("/openid/v1/jwks").toString())),
                AccountRules.of(settings),
                Validity.skew(settings),
                JsonClient.timeout(settings),
                Published.Times.ofKeys(settings),
                settings.duration("cache-time", Duration.ofMinutes(1), Duration.ZERO, Duration.ofMinutes(1)),
                settings.number("cache-size", 10_000, 1, 1_000_000));
        settings.end();
        return config;
    }

    private static String apiServer(Settings settings, Map<String, String> environment) {
        return settings.optionalText("api-server").orElseGet(() -> {
            String host = environment.get("KUBERNETES_SERVICE_HOST");
            if (host == null) {
                throw settings.wrong(
                        "api-server", "is required outside of a pod, such as https://kubernetes.default.svc");
            }
            String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
            return "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        });
    }

    private static Set<String> audience(Settings settings) {
        List<String> audience = settings.texts("audience");
        if (audience.isEmpty()) {
            throw settings.wrong(
                    "audience",
                    "is required, such as smtpgate: who a token must be meant for, or any pod's token would do");
        }
        return Set.copyOf(new LinkedHashSet<>(audience));
    }

    private static Path file(Settings settings, String key, String ofThePod) {
        Path file = settings.optionalPath(key).orElse(OF_THE_POD.resolve(ofThePod));
        if (!Files.isReadable(file)) {
            throw settings.wrong(
                    key,
                    "there is no file " + file + " that can be read; does the pod have"
                            + " automountServiceAccountToken: true, or a projected volume with it?");
        }
        return file;
    }
}
