package org.smtpgate.app.service;

import io.vertx.core.json.JsonObject;
import org.smtpgate.app.config.GatewayConfig;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.proxy.authn.UpstreamBackend;

/** {@code plugin: upstream}: the one plugin that is built in, as it is the gateway itself that has the upstream. */
final class UpstreamPlugin implements AuthPlugin {

    @Override
    public String name() {
        return GatewayConfig.Backend.UPSTREAM;
    }

    @Override
    public AuthBackend create(AuthContext context, JsonObject settings) {
        settings.fieldNames().stream().findFirst().ifPresent(key -> {
            throw new AuthConfigException(
                    key, "unknown setting; upstream has none: it asks the upstream that the listener's route leads to");
        });
        return new UpstreamBackend();
    }
}
