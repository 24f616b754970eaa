package org.smtpgate.app.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.oauth2.TokenEvents;
import org.smtpgate.oauth2.TokenException;
import org.smtpgate.oauth2.TokenFailure;

/**
 * Counts and logs what happens to the tokens of one source. An account stands in log lines alone: labels have none but
 * the source's configured name and values of our own.
 */
final class TokenMeters implements TokenEvents {
    private static final Logger LOG = LoggerFactory.getLogger("smtpgate.tokens");
    private static final Duration[] SECONDS = {
        Duration.ofMillis(25), Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500),
        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(10)
    };

    /** A login may be of any length; what is longer is nobody's name. */
    private static final int ACCOUNT_LENGTH_MAX = 256;

    private final MeterRegistry registry;
    private final String source;
    private final Tags tags;
    private final Timer granted;
    private final Map<TokenFailure, Timer> refused = new EnumMap<>(TokenFailure.class);
    private final Map<TokenFailure, Counter> failures = new EnumMap<>(TokenFailure.class);
    private final Map<TokenFailure, Counter> lateFailures = new EnumMap<>(TokenFailure.class);
    private final Counter servedHeld;
    private final Counter servedFetched;
    private final Counter refusedByUpstreams;
    private final Counter unsaved;

    /** @param source the configured name of the source */
    TokenMeters(MeterRegistry registry, String source) {
        this.registry = registry;
        this.source = source;
        this.tags = Tags.of("tokens", source);
        granted = requests("granted");
        for (TokenFailure failure : TokenFailure.values()) {
            refused.put(failure, requests(label(failure)));
            failures.put(failure, failures(failure, "false"));
            lateFailures.put(failure, failures(failure, "true"));
        }
        servedHeld = served("true");
        servedFetched = served("false");
        refusedByUpstreams = counter("smtpgate.token.refused", "Tokens that an upstream refused", tags);
        unsaved = counter("smtpgate.token.unsaved", "New refresh tokens that could not be stored", tags);
    }

    private static String label(TokenFailure failure) {
        return failure.name().toLowerCase(Locale.ROOT);
    }

    private Timer requests(String outcome) {
        return Timer.builder("smtpgate.token.request")
                .description("Requests to the token endpoint")
                .serviceLevelObjectives(SECONDS)
                .tags(tags.and("outcome", outcome))
                .register(registry);
    }

    private Counter failures(TokenFailure failure, String held) {
        return counter(
                "smtpgate.token.failures",
                "How often no token could be fetched",
                tags.and("outcome", label(failure), "held", held));
    }

    private Counter served(String held) {
        return counter("smtpgate.token.served", "Tokens given to logins at upstreams", tags.and("held", held));
    }

    private Counter counter(String name, String help, Tags labels) {
        return Counter.builder(name).description(help).tags(labels).register(registry);
    }

    /** How many accounts have a token that serves. */
    void held(LongSupplier count) {
        Gauge.builder("smtpgate.token.held", count, LongSupplier::getAsLong)
                .description("Accounts with a token that serves now")
                .strongReference(true)
                .tags(tags)
                .register(registry);
    }

    @Override
    public void requested(Optional<TokenFailure> failure, Duration took) {
        failure.map(refused::get).orElse(granted).record(took);
    }

    @Override
    public void served(boolean held) {
        (held ? servedHeld : servedFetched).increment();
    }

    @Override
    public void failed(String account, TokenException why, boolean oldServes) {
        (oldServes ? lateFailures : failures).get(why.failure()).increment();
        LOG.warn(
                "tokens {}: {}{}: {}",
                source,
                oldServes ? "the old token serves on, as there is no new one" : "there is no token",
                suffix(account),
                why.getMessage());
    }

    @Override
    public void refused(String account) {
        refusedByUpstreams.increment();
        LOG.info("tokens {}: an upstream refused a token{}", source, suffix(account));
    }

    @Override
    public void unsaved(String account, String why) {
        unsaved.increment();
        LOG.error(
                "tokens {}: the new refresh token{} could not be stored and is lost with this process: {}",
                source,
                suffix(account),
                why);
    }

    private static String suffix(String account) {
        if (account.isEmpty()) {
            return "";
        }
        return " for " + (account.length() > ACCOUNT_LENGTH_MAX ? account.substring(0, ACCOUNT_LENGTH_MAX) : account);
    }
}
