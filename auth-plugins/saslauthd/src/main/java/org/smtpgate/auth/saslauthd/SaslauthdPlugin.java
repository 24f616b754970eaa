package org.smtpgate.auth.saslauthd;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.auth.Turns;

/** {@code plugin: saslauthd}: the daemon of Cyrus SASL, and through it PAM, Kerberos and others. */
public final class SaslauthdPlugin implements AuthPlugin {
    private static final int MOST_WAITING = 1_000;

    @Override
    public String name() {
        return "saslauthd";
    }

    @Override
    public AuthBackend create(AuthContext context, JsonObject settings) {
        SaslauthdConfig config = SaslauthdConfig.from(context, settings);
        Vertx vertx = context.vertx();
        return new SaslauthdBackend(
                config,
                new Daemon(vertx, config.socket(), config.timeout()),
                new Turns(vertx, config.connections(), MOST_WAITING));
    }
}
