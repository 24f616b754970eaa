package org.smtpgate.auth.oauth2;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.smtpgate.tokens.JsonAnswer;
import org.smtpgate.tokens.JsonClient;
import org.smtpgate.tokens.Published;
import org.smtpgate.tokens.ServerUrl;

/** Where the provider's endpoints are: as configured, or as it publishes (OpenID Connect Discovery 1.0, RFC 8414). */
final class Discovery {
    private final Map<Endpoint, URI> configured;
    private final ServerUrl urls;
    private final Published<JsonObject> metadata;

    Discovery(OAuth2Config config, JsonClient client, LongSupplier nanoTime) {
        this.configured = config.endpoints();
        this.urls = config.urls();
        this.metadata = new Published<>(
                "the provider's metadata",
                config.times(),
                nanoTime,
                () -> client.get(config.discovery(), Optional.empty()).map(answer -> checked(answer, config.issuer())));
    }

    /** Fails when the provider does not say. */
    Future<URI> find(Endpoint endpoint) {
        URI known = configured.get(endpoint);
        return known != null ? Future.succeededFuture(known) : metadata.get().map(json -> given(json, endpoint));
    }

    private URI given(JsonObject json, Endpoint endpoint) {
        String text = json.getValue(endpoint.metadata()) instanceof String url ? url : "";
        return urls.given(endpoint.metadata(), text);
    }

    /** The metadata must be of the issuer that was asked for (Discovery section 4.3). */
    private static JsonObject checked(JsonAnswer answer, String issuer) {
        JsonObject json = answer.ok();
        if (!issuer.equals(json.getValue("issuer"))) {
            throw answer.unavailable("speaks for another issuer than " + issuer);
        }
        return json;
    }
}
