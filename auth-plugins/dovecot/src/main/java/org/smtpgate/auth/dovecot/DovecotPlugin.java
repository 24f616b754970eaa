package org.smtpgate.auth.dovecot;

import io.vertx.core.json.JsonObject;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;

/** {@code plugin: dovecot}: whoever Dovecot lets in, by any mechanism that it knows. */
public final class DovecotPlugin implements AuthPlugin {
    @Override
    public String name() {
        return "dovecot";
    }

    /** Does not wait for the server: a gateway starts without it. */
    @Override
    public AuthBackend create(AuthContext context, JsonObject settings) {
        return new DovecotBackend(AuthServer.open(context.vertx(), DovecotConfig.from(context, settings)));
    }
}
