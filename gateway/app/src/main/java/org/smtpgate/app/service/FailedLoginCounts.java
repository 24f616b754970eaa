package org.smtpgate.app.service;

import io.micrometer.core.instrument.MeterRegistry;
import org.smtpgate.app.config.FailedLogins;
import org.smtpgate.proxy.guessing.FailureBuckets;
import org.smtpgate.proxy.guessing.FallbackBuckets;
import org.smtpgate.proxy.guessing.Guesses;
import org.smtpgate.proxy.guessing.LocalBuckets;
import org.smtpgate.proxy.metrics.GuessingMeters;
import org.smtpgate.redis.RedisBuckets;

/** Where failed logins are counted, as the configuration says. */
final class FailedLoginCounts {
    private FailedLoginCounts() {}

    /** Asks no server yet. */
    static Guesses open(FailedLogins config, MeterRegistry registry) {
        GuessingMeters meters = new GuessingMeters(registry);
        LocalBuckets local = new LocalBuckets();
        meters.buckets(local, LocalBuckets::size);
        FailureBuckets buckets = config.redis()
                .map(redis -> (FailureBuckets) new FallbackBuckets(
                        new RedisBuckets(redis), local, redis.timeout().toMillis(), meters))
                .orElse(local);
        return new Guesses(config.settings(), buckets, meters);
    }
}
