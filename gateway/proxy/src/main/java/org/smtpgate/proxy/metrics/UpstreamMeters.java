package org.smtpgate.proxy.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** The meters of one upstream, over the pools of all event loops. Safe for any thread. */
public final class UpstreamMeters {
    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<ConnectionState, LongAdder> connections = new EnumMap<>(ConnectionState.class);
    private final Map<WaitResult, Timer> waits = new EnumMap<>(WaitResult.class);
    private final LongAdder waiting = new LongAdder();
    private final Timer connected;
    private final Timer connectFailed;
    private final Counter retries;
    private final Counter received;
    private final Counter sent;
    private final Map<Closing, Counter> closings = new ConcurrentHashMap<>();

    private record Closing(ClosedBy by, How how, ConnectionState state) {}

    UpstreamMeters(MeterRegistry registry, String upstream) {
        this.registry = registry;
        this.tags = Tags.of("upstream", upstream);
        for (ConnectionState state : ConnectionState.values()) {
            connections.put(state, new LongAdder());
            Gauge.builder("smtpgate.upstream.connections", connections.get(state), LongAdder::sum)
                    .description("Connections to the upstream, by state")
                    .tags(tags.and("state", Labels.of(state)))
                    .register(registry);
        }
        for (WaitResult result : WaitResult.values()) {
            waits.put(
                    result,
                    GatewayMetrics.timer(
                                    "smtpgate.upstream.wait",
                                    "How long transactions waited for a connection",
                                    GatewayMetrics.SECONDS)
                            .tags(tags.and("outcome", Labels.of(result)))
                            .register(registry));
        }
        connected = connect("done");
        connectFailed = connect("failed");
        retries = counter("smtpgate.upstream.retries", "Transactions begun anew on another connection, unseen");
        received = counter("smtpgate.upstream.received.bytes", "Octets received from the upstream, inside TLS");
        sent = counter("smtpgate.upstream.sent.bytes", "Octets sent to the upstream, inside TLS");
        Gauge.builder("smtpgate.upstream.waiting", waiting, LongAdder::sum)
                .description("Transactions that wait for a connection")
                .tags(tags)
                .register(registry);
    }

    /** A connection changed its state; null stands for not being. */
    public void moved(ConnectionState from, ConnectionState to) {
        if (from != null) {
            connections.get(from).decrement();
        }
        if (to != null) {
            connections.get(to).increment();
        }
    }

    /** An attempt to connect, TLS and SMTP handshakes included, is over. */
    public void connected(boolean done, long nanos) {
        (done ? connected : connectFailed).record(nanos, TimeUnit.NANOSECONDS);
    }

    public void waitBegan() {
        waiting.increment();
    }

    public void waitEnded(WaitResult result, long nanos) {
        waiting.decrement();
        waits.get(result).record(nanos, TimeUnit.NANOSECONDS);
    }

    public void closed(ClosedBy by, How how, ConnectionState state) {
        closings.computeIfAbsent(new Closing(by, how, state), this::closing).increment();
    }

    /** A transaction was begun anew on another connection. */
    public void retried() {
        retries.increment();
    }

    public void received(long octets) {
        received.increment(octets);
    }

    public void sent(long octets) {
        sent.increment(octets);
    }

    private Counter counter(String name, String help) {
        return Counter.builder(name).description(help).tags(tags).register(registry);
    }

    private Timer connect(String outcome) {
        return GatewayMetrics.timer(
                        "smtpgate.upstream.connect",
                        "From the TCP connection to the end of the SMTP handshake",
                        GatewayMetrics.SECONDS)
                .tags(tags.and("outcome", outcome))
                .register(registry);
    }

    private Counter closing(Closing closing) {
        return Counter.builder("smtpgate.upstream.closed")
                .description("Upstream connections ended: by whom, how, and in which state")
                .tags(tags.and("by", Labels.of(closing.by()), "how", Labels.of(closing.how()))
                        .and("state", Labels.of(closing.state())))
                .register(registry);
    }
}
