package org.smtpgate.auth.oauth2;

import io.vertx.core.json.JsonObject;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.testkit.auth.AuthPluginContract;
import org.smtpgate.testkit.oauth.Behaviour;
import org.smtpgate.testkit.oauth.OpenIdProvider;

/** Passwords that are redeemed for tokens. */
class OAuth2PasswordContractTest extends AuthPluginContract {
    private final OpenIdProvider provider = OpenIdProvider.start(Clock.systemUTC())
            .client(Sections.CLIENT_ID, Sections.CLIENT_SECRET)
            .user(USER, PASSWORD)
            .user(UNICODE_USER, UNICODE_PASSWORD);

    @AfterEach
    void stop() {
        provider.close();
    }

    @Override
    protected AuthPlugin plugin() {
        return new OAuth2Plugin();
    }

    @Override
    protected JsonObject settings() {
        return Sections.withPasswords(provider);
    }

    @Override
    protected AuthBackend working() {
        return plugin().create(new AuthContext(vertx, folder), settings());
    }

    @Override
    protected AuthBackend broken() {
        provider.behave(OpenIdProvider.TOKEN, Behaviour.FAIL);
        return working();
    }

    @Override
    protected long workDone() {
        return provider.asked(OpenIdProvider.TOKEN);
    }
}
