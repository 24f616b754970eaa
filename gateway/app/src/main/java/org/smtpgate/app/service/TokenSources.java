package org.smtpgate.app.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.smtpgate.app.config.TokenSettings;
import org.smtpgate.app.config.TokenSettings.Grant;
import org.smtpgate.oauth2.CachedTokens;
import org.smtpgate.oauth2.ClientCredentialsSource;
import org.smtpgate.oauth2.JwtBearerSource;
import org.smtpgate.oauth2.RefreshTokenSource;
import org.smtpgate.oauth2.RefreshTokens;
import org.smtpgate.oauth2.Subject;
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
        CachedTokens tokens =
                new CachedTokens(source(settings, endpoint, clock, meters), settings.maxAccounts(), clock, meters);
        meters.held(tokens::held);
        return tokens;
    }

    private static TokenSource source(TokenSettings settings, TokenEndpoint endpoint, Clock clock, TokenMeters meters) {
        Subject subject = settings.account().map(Subject::one).orElseGet(Subject::eachLogin);
        if (settings.grant() instanceof Grant.RefreshToken refresh) {
            return new RefreshTokenSource(
                    endpoint,
                    new RefreshTokens(refresh.store(), refresh.key()),
                    subject,
                    settings.scope(),
                    settings.parameters(),
                    meters);
        }
        if (settings.grant() instanceof Grant.ServiceAccount service) {
            var assertion = new JwtBearerSource.Assertion(
                    service.account().key(), service.account().email(), service.audience(), settings.scope());
            return new JwtBearerSource(endpoint, assertion, subject, settings.parameters(), clock);
        }
        return new ClientCredentialsSource(endpoint, settings.scope(), settings.parameters());
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
