package org.smtpgate.proxy.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** The logins of one listener. Its labels come from configured names and our own enums alone. Safe for any thread. */
public final class AuthMeters {
    private final MeterRegistry registry;
    private final String listener;
    private final Map<Attempt, Timer> attempts = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> pending = new ConcurrentHashMap<>();

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
