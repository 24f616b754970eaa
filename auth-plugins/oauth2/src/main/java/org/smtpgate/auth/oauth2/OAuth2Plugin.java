package org.smtpgate.auth.oauth2;

import io.vertx.core.json.JsonObject;
import java.time.Clock;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;

/** {@code plugin: oauth2}: access tokens of one OpenID provider, and its users' passwords where that is wanted. */
public final class OAuth2Plugin implements AuthPlugin {
    @Override
    public String name() {
        return "oauth2";
    }

    @Override
    public AuthBackend create(AuthContext context, JsonObject settings) {
        OAuth2Config config = OAuth2Config.from(context, settings);
        return new Provider(context.vertx(), config, Clock.systemUTC(), System::nanoTime).backend();
    }
}
