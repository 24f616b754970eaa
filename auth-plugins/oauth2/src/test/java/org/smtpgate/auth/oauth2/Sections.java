package org.smtpgate.auth.oauth2;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.testkit.oauth.OpenIdProvider;

/** Sections of the plugin for tests, in front of a provider. */
final class Sections {
    static final String CLIENT_ID = "gateway at example.org";
    static final String CLIENT_SECRET = "Hb3/plain+battery==";

    private Sections() {}

    static JsonObject of(OpenIdProvider provider) {
        return new JsonObject()
                .put("issuer", provider.issuer())
                .put("audience", OpenIdProvider.AUDIENCE)
                .put("timeout", "10s");
    }

    static JsonObject introspecting(OpenIdProvider provider) {
        return of(provider).put("mode", "introspection").mergeIn(client());
    }

    static JsonObject withPasswords(OpenIdProvider provider) {
        return of(provider).put("password-grant", true).mergeIn(client());
    }

    static JsonObject client() {
        return new JsonObject().put("client-id", CLIENT_ID).put("client-secret", CLIENT_SECRET);
    }

    static OAuth2Config config(Vertx vertx, Path folder, JsonObject section) {
        return OAuth2Config.from(new AuthContext(vertx, folder), section);
    }
}
