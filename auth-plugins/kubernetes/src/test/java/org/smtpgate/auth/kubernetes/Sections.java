package org.smtpgate.auth.kubernetes;

import io.vertx.core.json.JsonObject;
import org.smtpgate.testkit.kubernetes.KubernetesApi;

/** Sections of the plugin for tests; the files of the pod are in the folder {@code pod}. */
final class Sections {
    private Sections() {}

    static JsonObject of(KubernetesApi api) {
        return new JsonObject()
                .put("api-server", api.url())
                .put("audience", KubernetesApi.AUDIENCE)
                .put("token-file", "pod/token")
                .put("ca-file", "pod/ca.crt")
                .put("timeout", "10s");
    }
}
