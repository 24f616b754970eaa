package org.smtpgate.proxy.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** The logins of one listener. Its labels come from configured names and our own enums alone. Safe for any thread. */
public final class AuthMeters {
    /** The backend of a login that ended before one was asked. */
    public static final String NO_BACKEND = "none";

    /** Any mechanism that the gateway does not speak itself. */
    public static final String OTHER_MECHANISM = "other";

    private final MeterRegistry registry;
    private final String listener;
    private final Map<Attempt, Counter> attempts = new ConcurrentHashMap<>();
    private final Map<String, Timer> durations = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> pending = new ConcurrentHashMap<>();

    private record Attempt(String mechanism, String backend, AuthResult result) {}

    public AuthMeters(MeterRegistry registry, String listener) {
        this.registry = registry;
        this.listener = listener;
    }

    /** Registers what these will count, so that the first failure is seen as an increase, and not as a new series. */
    public void expect(List<String> mechanisms, List<String> backends) {
        backends.forEach(backend -> durations.computeIfAbsent(backend, this::duration));
        backends.forEach(backend -> pending.computeIfAbsent(backend, this::gauge));
        for (String mechanism : mechanisms) {
            for (AuthResult result : AuthResult.values()) {
                if (result.mayComeWithoutBackend()) {
                    attempts.computeIfAbsent(new Attempt(mechanism, NO_BACKEND, result), this::counter);
                }
                if (result.mayComeWithBackend()) {
                    backends.forEach(backend ->
                            attempts.computeIfAbsent(new Attempt(mechanism, backend, result), this::counter));
                }
            }
        }
    }

    /** @param nanos how long the backends took, up to the one that was asked last; the failure delay not included */
    public void judged(String backend, long nanos) {
        if (!backend.equals(NO_BACKEND)) {
            durations.computeIfAbsent(backend, this::duration).record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    /**
     * Counts one AUTH command.
     *
     * @param backend the backend that was asked last, or {@link #NO_BACKEND}
     */
    public void attempted(String mechanism, String backend, AuthResult result) {
        attempts.computeIfAbsent(new Attempt(mechanism, backend, result), this::counter)
                .increment();
    }

    /** A backend has been asked. */
    public void asked(String backend) {
        pending.computeIfAbsent(backend, this::gauge).increment();
    }

    /** A backend that was asked has answered, be it too late for the client. */
    public void answered(String backend) {
        pending.computeIfAbsent(backend, this::gauge).decrement();
    }

    private LongAdder gauge(String backend) {
        LongAdder logins = new LongAdder();
        Gauge.builder("smtpgate.auth.pending", logins, LongAdder::sum)
                .description("Logins that a backend has not answered yet: its queue, and what it is at")
                .tag("listener", listener)
                .tag("backend", backend)
                .register(registry);
        return logins;
    }

    private Counter counter(Attempt attempt) {
        return Counter.builder("smtpgate.auth.attempts")
                .description("AUTH commands by mechanism, the backend asked last, and outcome")
                .tag("listener", listener)
                .tag("mechanism", attempt.mechanism())
                .tag("backend", attempt.backend())
                .tag("outcome", Labels.of(attempt.result()))
                .register(registry);
    }

    private Timer duration(String backend) {
        return GatewayMetrics.timer(
                        "smtpgate.auth.duration",
                        "How long backends took to judge a login, by the one asked last",
                        GatewayMetrics.SECONDS)
                .tag("listener", listener)
                .tag("backend", backend)
                .register(registry);
    }
}
