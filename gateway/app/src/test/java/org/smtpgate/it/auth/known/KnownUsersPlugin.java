package org.smtpgate.it.auth.known;

import io.vertx.core.json.JsonObject;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;

/** {@code plugin: known-users}: one user, whose password and token stand in the configuration. */
public final class KnownUsersPlugin implements AuthPlugin {
    @Override
    public String name() {
        return "known-users";
    }

    @Override
    public AuthBackend create(AuthContext context, JsonObject settings) {
        return new KnownUsers(settings.getString("user"), settings.getString("password"), settings.getString("token"));
    }
}
