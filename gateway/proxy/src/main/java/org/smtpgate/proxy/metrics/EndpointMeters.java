package org.smtpgate.proxy.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The meters of the endpoints of one upstream, by the names that they have in the configuration: however many addresses
 * one has, it is one series. Safe for any thread.
 */
public final class EndpointMeters {
    private static final String LOOKUPS = "How often the addresses of the endpoint were asked for";

    private final MeterRegistry registry;
    private final String upstream;
    private final Timer probed;
    private final Timer probeFailed;
    private final Map<String, Meters> endpoints = new ConcurrentHashMap<>();

    private record Meters(
            AtomicInteger live,
            AtomicInteger ejected,
            Counter ejections,
            Counter readmissions,
            Counter lookups,
            Counter lookupsFailed) {}

    EndpointMeters(MeterRegistry registry, String upstream) {
        this.registry = registry;
        this.upstream = upstream;
        this.probed = probe("done");
        this.probeFailed = probe("failed");
    }

    private Timer probe(String outcome) {
        return GatewayMetrics.timer(
                        "smtpgate.upstream.probe",
                        "Probes of endpoints: TCP, TLS, EHLO and QUIT",
                        GatewayMetrics.SECONDS)
                .tags("upstream", upstream, "outcome", outcome)
                .register(registry);
    }

    /** @param endpoint as it is configured, as everywhere here */
    public void add(String endpoint) {
        endpoints.computeIfAbsent(endpoint, this::meters);
    }

    private Meters meters(String endpoint) {
        Tags tags = Tags.of("upstream", upstream, "endpoint", endpoint);
        return new Meters(
                addresses(tags.and("state", "live")),
                addresses(tags.and("state", "ejected")),
                counter("ejections", "Addresses left out after failures", tags),
                counter("readmissions", "Addresses that were left out, and are live again", tags),
                counter("lookups", LOOKUPS, tags.and("outcome", "done")),
                counter("lookups", LOOKUPS, tags.and("outcome", "failed")));
    }

    private AtomicInteger addresses(Tags tags) {
        AtomicInteger count = new AtomicInteger();
        Gauge.builder("smtpgate.upstream.endpoint.addresses", count, AtomicInteger::get)
                .description("Addresses of the endpoint, by what they are taken for")
                .tags(tags)
                .register(registry);
        return count;
    }

    private Counter counter(String name, String help, Tags tags) {
        return Counter.builder("smtpgate.upstream.endpoint." + name)
                .description(help)
                .tags(tags)
                .register(registry);
    }

    public void addresses(String endpoint, int live, int all) {
        Meters meters = endpoints.get(endpoint);
        meters.live().set(live);
        meters.ejected().set(all - live);
    }

    public void ejected(String endpoint) {
        endpoints.get(endpoint).ejections().increment();
    }

    /** A probe is over. */
    public void probed(boolean done, long nanos) {
        (done ? probed : probeFailed).record(nanos, TimeUnit.NANOSECONDS);
    }

    /** The addresses were asked for. */
    public void lookedUp(String endpoint, boolean done) {
        Meters meters = endpoints.get(endpoint);
        (done ? meters.lookups() : meters.lookupsFailed()).increment();
    }

    public void readmitted(String endpoint) {
        endpoints.get(endpoint).readmissions().increment();
    }
}
