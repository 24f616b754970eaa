package org.smtpgate.proxy.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;

/** One authentication backend, over all listeners. Safe for any thread. */
public final class BackendMeters {
    private final MeterRegistry registry;
    private final String backend;
    private final Counter remembered;
    private final Counter joined;
    private final Counter spared;
    private final AtomicInteger up = new AtomicInteger(1);

    /** @param backend its configured name */
    public BackendMeters(MeterRegistry registry, String backend) {
        this.registry = registry;
        this.backend = backend;
        this.remembered = unasked("remembered");
        this.joined = unasked("joined");
        this.spared = unasked("paused");
        Gauge.builder("smtpgate.auth.backend.up", up, AtomicInteger::get)
                .description(
                        "Whether a backend is asked: 0 from when it failed too often in a row until it answers again")
                .tag("backend", backend)
                .register(registry);
    }

    /** It was not asked: the answer of a while ago was taken. */
    public void remembered() {
        remembered.increment();
    }

    /** It was not asked: the answer to the same question, asked at the same time, was taken. */
    public void joined() {
        joined.increment();
    }

    /** It was not asked: it has failed too often. */
    public void spared() {
        spared.increment();
    }

    public void broken(boolean broken) {
        up.set(broken ? 0 : 1);
    }

    /** @param size how many answers are remembered */
    public <T> void cached(T cache, ToLongFunction<T> size) {
        Gauge.builder("smtpgate.auth.cache.entries", cache, size::applyAsLong)
                .description("Answers of a backend that are remembered")
                .tag("backend", backend)
                .register(registry);
    }

    private Counter unasked(String reason) {
        return Counter.builder("smtpgate.auth.unasked")
                .description(
                        "Logins that a backend was not asked about: its answer was remembered, or joined with that to "
                                + "the same login, or it was left alone as broken (paused)")
                .tag("backend", backend)
                .tag("reason", reason)
                .register(registry);
    }
}
