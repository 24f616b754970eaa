package org.smtpgate.app.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.smtpgate.app.config.TokenSettings;
import org.smtpgate.oauth2.CachedTokens;
import org.smtpgate.oauth2.TokenEndpoint;
import org.smtpgate.oauth2.TokenSource;
import org.smtpgate.proxy.upstream.AccessTokens;

/** The token sources of a configuration, from start to stop. */
final class TokenSources {
    private final Map<String, CachedTokens> sources = new LinkedHashMap<>();

    private TokenSources() {}

    /** Asks no endpoint yet. */
    static TokenSources open(Vertx vertx, Map<String, TokenSettings> settings, MeterRegistry registry) {
        TokenSources opened = new TokenSources();
        settings.forEach((name, one) -> opened.sources.put(name, open(vertx, one, new TokenMeters(registry, name))));
        return opened;
    }

    private static CachedTokens open(Vertx vertx, TokenSettings settings, TokenMeters meters) {
        Clock clock = Clock.systemUTC();
        TokenEndpoint endpoint =
                new TokenEndpoint(vertx, settings.endpoint(), settings.client().authentication(), clock, meters);
        TokenSource source = settings.grant().source(settings, endpoint, clock, meters);
        CachedTokens tokens = new CachedTokens(source, settings.maxAccounts(), clock, meters);
        meters.held(tokens::held);
        return tokens;
    }

    /** The sources as upstreams know them. */
    Map<String, AccessTokens> byName() {
        Map<String, AccessTokens> byName = new LinkedHashMap<>();
        sources.forEach((name, tokens) -> byName.put(name, new Connected(tokens)));
        return byName;
    }

    /** What the gateway asks for, answered by the OAuth 2.0 client, neither of which knows the other. */
    private record Connected(CachedTokens tokens) implements AccessTokens {
        @Override
        public Future<String> token(String login) {
            return tokens.token(login);
        }

        @Override
        public void refused(String login, String token) {
            tokens.refused(login, token);
        }
    }

    Future<Void> close() {
        return Future.join(sources.values().stream().map(CachedTokens::close).toList())
                .mapEmpty();
    }
}
