package org.smtpgate.app.service;

import io.micrometer.core.instrument.MeterRegistry;
import org.smtpgate.app.config.FailedLogins;
import org.smtpgate.proxy.guessing.FailureBuckets;
import org.smtpgate.proxy.guessing.FallbackBuckets;
import org.smtpgate.proxy.guessing.Guesses;
import org.smtpgate.proxy.guessing.LocalBuckets;
import org.smtpgate.proxy.metrics.GuessingMeters;
import org.smtpgate.redis.RedisBuckets;
import org.smtpgate.redis.RedisSettings;

/** Where failed logins are counted, as the configuration says. */
final class FailedLoginCounts {
    private FailedLoginCounts() {}

    /** Asks no server yet. */
    static Guesses open(FailedLogins config, MeterRegistry registry) {
        GuessingMeters meters = new GuessingMeters(registry);
        LocalBuckets local = new LocalBuckets();
        meters.buckets(local, LocalBuckets::size);
        FailureBuckets buckets = config.shared()
                .map(shared -> (FailureBuckets) new FallbackBuckets(
                        new RedisBuckets(settings(shared)),
                        local,
                        shared.timeout().toMillis(),
                        meters))
                .orElse(local);
        return new Guesses(config.settings(), buckets, meters);
    }

    private static RedisSettings settings(FailedLogins.Shared shared) {
        return new RedisSettings(
                shared.address().host(),
                shared.address().port(),
                shared.database(),
                shared.tls(),
                shared.trust(),
                shared.username().isEmpty() ? null : shared.username(),
                shared.password().isEmpty() ? null : shared.password(),
                shared.prefix(),
                shared.timeout());
    }
}
