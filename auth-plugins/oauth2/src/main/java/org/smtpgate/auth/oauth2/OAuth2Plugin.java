package org.smtpgate.auth.oauth2;

import io.vertx.core.json.JsonObject;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;

/** {@code plugin: oauth2}: access tokens of one OpenID provider, and its users' passwords where that is wanted. */
public final class OAuth2Plugin implements AuthPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(OAuth2Plugin.class);

    @Override
    public String name() {
        return "oauth2";
    }

    @Override
    public AuthBackend create(AuthContext context, JsonObject settings) {
        OAuth2Config config = OAuth2Config.from(context, settings);
        if (config.rules().audience().isEmpty() && config.rules().scopes().isEmpty()) {
            LOG.warn(
                    "oauth2 issuer={} lets in whoever has an active token, for whatever it was meant: set audience or"
                            + " scopes, unless the provider tells the gateway of its own tokens alone",
                    config.issuer());
        }
        return new Provider(context.vertx(), config, Clock.systemUTC(), System::nanoTime).backend();
    }
}
