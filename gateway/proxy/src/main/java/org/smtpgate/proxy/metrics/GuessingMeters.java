package org.smtpgate.proxy.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/** What stands against guessing passwords, over all listeners. Safe for any thread. */
public final class GuessingMeters {
    private final MeterRegistry registry;
    private final Counter passed;
    private final Counter exempted;
    private final Counter storeFailures;
    private final Map<String, Counter> refused = new ConcurrentHashMap<>();

    public GuessingMeters(MeterRegistry registry) {
        this.registry = registry;
        this.passed = decision("passed", AuthMeters.NO_BACKEND);
        this.exempted = decision("exempted", AuthMeters.NO_BACKEND);
        this.storeFailures = Counter.builder("smtpgate.auth.guessing.store.failures")
                .description("Times that the counts of failed logins which replicas share could not be had")
                .register(registry);
    }

    /** Registers what these will count; {@code bucket} is a kind, as our own enum names it. */
    public void expect(String bucket) {
        refusals(bucket);
    }

    /** A login was let try. */
    public void passed() {
        passed.increment();
    }

    /** A login came from an address whose failures are not counted. */
    public void exempted() {
        exempted.increment();
    }

    /** @param bucket the kind of the bucket that had no room, as our own enum names it */
    public void refused(String bucket) {
        refusals(bucket).increment();
    }

    public void storeFailed() {
        storeFailures.increment();
    }

    /** @param size how many buckets this process holds */
    public <T> void buckets(T counted, ToLongFunction<T> size) {
        Gauge.builder("smtpgate.auth.guessing.buckets", counted, size::applyAsLong)
                .description("Addresses, networks and logins whose failed logins this process remembers")
                .register(registry);
    }

    private Counter refusals(String bucket) {
        return refused.computeIfAbsent(bucket.toLowerCase(Locale.ROOT), kind -> decision("refused", kind));
    }

    private Counter decision(String decision, String bucket) {
        return Counter.builder("smtpgate.auth.guessing.decisions")
                .description(
                        "Logins that were let try or refused by how many had failed before, with whose count it was")
                .tag("decision", decision)
                .tag("bucket", bucket)
                .register(registry);
    }
}
