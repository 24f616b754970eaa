package org.smtpgate.proxy.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The logins of one listener. Its labels come from configured names and our own enums alone. Safe for any thread. */
public final class AuthMeters {
    private final MeterRegistry registry;
    private final String listener;
    private final Map<Attempt, Timer> attempts = new ConcurrentHashMap<>();

    private record Attempt(String mechanism, String backend, AuthResult result) {}

    public AuthMeters(MeterRegistry registry, String listener) {
        this.registry = registry;
        this.listener = listener;
    }

    /**
     * Counts one AUTH command.
     *
     * @param backend the backend that was asked last, or {@code none}
     * @param nanos how long the backends took, the failure delay not included; 0 when none was asked
     */
    public void attempted(String mechanism, String backend, AuthResult result, long nanos) {
        attempts.computeIfAbsent(new Attempt(mechanism, backend, result), this::timer)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Attempt attempt) {
        return GatewayMetrics.timer(
                        "smtpgate.auth.attempts", "Logins, and how long backends took", GatewayMetrics.SECONDS)
                .tag("listener", listener)
                .tag("mechanism", attempt.mechanism())
                .tag("backend", attempt.backend())
                .tag("outcome", Labels.of(attempt.result()))
                .register(registry);
    }
}
