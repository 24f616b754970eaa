package org.smtpgate.proxy.authn;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.proxy.guessing.Allowance;
import org.smtpgate.proxy.guessing.Guesses;
import org.smtpgate.proxy.guessing.GuessingSettings;
import org.smtpgate.proxy.guessing.LocalBuckets;
import org.smtpgate.proxy.metrics.BackendMeters;
import org.smtpgate.proxy.metrics.GuessingMeters;

/** Backends as a gateway without settings for them asks them. */
final class Guarded {
    /** Gives an answer 50 ms, and two failures leave the backend alone for longer than a test lasts. */
    static final BackendRules IMPATIENT = new BackendRules(
            List.of(), Duration.ofMillis(50), 2, Duration.ofMinutes(5), BackendRules.CacheRules.DEFAULTS);

    private Guarded() {}

    static GuardedBackend of(String name, AuthBackend backend) {
        return of(name, backend, BackendRules.DEFAULTS);
    }

    static GuardedBackend of(String name, AuthBackend backend, BackendRules rules) {
        return new GuardedBackend(name, backend, rules, new BackendMeters(new SimpleMeterRegistry(), name));
    }

    /** Nobody fails too often for these; each failure is answered after this time. */
    static Guesses guesses(Duration delay) {
        Allowance plenty = new Allowance(1_000, Duration.ofMinutes(1));
        GuessingSettings settings = new GuessingSettings(plenty, plenty, plenty, 24, 64, delay, delay, List.of());
        return new Guesses(settings, new LocalBuckets(), new GuessingMeters(new SimpleMeterRegistry()));
    }
}
