package org.smtpgate.auth.oauth2;

import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.testkit.auth.TokenPluginContract;
import org.smtpgate.testkit.oauth.OpenIdProvider;

/** Tokens, in each of the ways to tell good ones from bad. */
@ParameterizedClass
@EnumSource(OAuth2Config.Mode.class)
class OAuth2TokenContractTest extends TokenPluginContract {
    private final OpenIdProvider provider =
            OpenIdProvider.start(Clock.systemUTC()).client(Sections.CLIENT_ID, Sections.CLIENT_SECRET);

    @Parameter
    private OAuth2Config.Mode mode;

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
        return section().put("discovery", "http://localhost:1/nobody");
    }

    @Override
    protected AuthBackend working() {
        return plugin().create(new AuthContext(vertx, folder), section());
    }

    @Override
    protected AuthBackend broken() {
        provider.down();
        return working();
    }

    @Override
    protected String token() {
        return provider.issue(
                provider.claims(login()).put("jti", UUID.randomUUID().toString()));
    }

    @Override
    protected String login() {
        return "alice@example.org";
    }

    @Override
    protected long questions() {
        return provider.asked(OpenIdProvider.INTROSPECTION) + provider.asked(OpenIdProvider.KEYS);
    }

    private JsonObject section() {
        return mode == OAuth2Config.Mode.JWT ? Sections.of(provider) : Sections.introspecting(provider);
    }
}
