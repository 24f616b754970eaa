package org.smtpgate.auth.http;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.auth.Turns;

/** {@code plugin: http}: logins judged by an HTTP service, that of nginx' {@code auth_http} or one that speaks JSON. */
public final class HttpPlugin implements AuthPlugin {
    /** How many logins may wait for a connection. */
    private static final int MAX_WAITING = 1_000;

    @Override
    public String name() {
        return "http";
    }

    @Override
    public AuthBackend create(AuthContext context, JsonObject settings) {
        HttpConfig config = HttpConfig.from(context, settings);
        Vertx vertx = context.vertx();
        return new HttpBackend(
                vertx,
                config.credentials(),
                config.exchange(vertx),
                new Services(config.urls()),
                new Turns(vertx, config.maxConnections(), MAX_WAITING),
                config.timeout());
    }
}
