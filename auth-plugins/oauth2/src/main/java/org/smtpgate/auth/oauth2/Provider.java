package org.smtpgate.auth.oauth2;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import java.time.Clock;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.smtpgate.tokens.Claims;
import org.smtpgate.tokens.JsonClient;
import org.smtpgate.tokens.JwtVerifier;
import org.smtpgate.tokens.TokenCache;
import org.smtpgate.tokens.Validity;

/** One OpenID provider as a configuration describes it: the one place that puts the parts together. */
final class Provider {
    private final OAuth2Config config;
    private final Clock clock;
    private final JsonClient client;
    private final Discovery discovery;
    private final TokenJudge judge;

    /** @param nanoTime for ages, as {@link System#nanoTime}; {@code clock} is for what tokens say */
    Provider(Vertx vertx, OAuth2Config config, Clock clock, LongSupplier nanoTime) {
        this.config = config;
        this.clock = clock;
        // The same for all requests: those that have other options share no connections.
        ClientSSLOptions tls = config.tls().options();
        this.client = new JsonClient(vertx, () -> tls, config.timeout());
        this.discovery = new Discovery(config, client, nanoTime);
        this.judge = config.mode() == OAuth2Config.Mode.JWT ? verifying(vertx, nanoTime) : asking();
    }

    OAuth2Backend backend() {
        Optional<PasswordGrant> passwords = config.passwordGrant()
                ? Optional.of(
                        new PasswordGrant(discovery, client, config.client().orElseThrow(), config.passwordScope()))
                : Optional.empty();
        return new OAuth2Backend(
                judge, config.rules(), passwords, () -> judge.close().eventually(client::close));
    }

    private TokenJudge verifying(Vertx vertx, LongSupplier nanoTime) {
        Validity validity = new Validity(clock, config.clockSkew());
        JwtVerifier verifier = new JwtVerifier(
                vertx,
                config.algorithms(),
                config.times(),
                nanoTime,
                () -> discovery.find(Endpoint.KEYS).compose(uri -> client.get(uri, Optional.empty())));
        return new TokenJudge() {
            @Override
            public Future<Claims> judge(String token) {
                return verifier.verify(token, claims -> {
                    validity.check(claims);
                    config.rules().check(claims);
                });
            }

            @Override
            public Future<Void> close() {
                return verifier.close();
            }
        };
    }

    private TokenJudge asking() {
        return new Introspection(
                discovery,
                client,
                config.client().orElseThrow(),
                config.rules(),
                new Validity(clock, config.clockSkew()),
                new TokenCache<>(clock, config.cacheTime(), config.cacheSize()));
    }
}
