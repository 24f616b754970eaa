package org.smtpgate.proxy.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.smtpgate.smtp.Stage;

/** The meters of one upstream, over the pools of all event loops. Safe for any thread. */
public final class UpstreamMeters {
    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<ConnectionState, LongAdder> connections = new EnumMap<>(ConnectionState.class);
    private final Map<WaitResult, Timer> waits = new EnumMap<>(WaitResult.class);
    private final Map<UpstreamMode, AtomicInteger> modes = new EnumMap<>(UpstreamMode.class);
    private final LongAdder queued = new LongAdder();
    private final LongAdder queueLimit = new LongAdder();
    private final AtomicInteger connectionsLimit = new AtomicInteger();
    private final Timer connected;
    private final Timer connectFailed;
    private final Map<Retry, Counter> retries;
    private final Map<Retry, Counter> retriesFailed;
    private final Counter received;
    private final Counter sent;
    private final EndpointMeters endpoints;
    private final Map<AuthResult, Counter> logins = new EnumMap<>(AuthResult.class);
    private final Map<Omission, Counter> omissions = new HashMap<>();
    private final Map<Closing, Counter> closings = new ConcurrentHashMap<>();

    private record Omission(Stage command, boolean refused) {}

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
        for (UpstreamMode mode : UpstreamMode.values()) {
            modes.put(mode, new AtomicInteger());
            Gauge.builder("smtpgate.upstream.mode", modes.get(mode), AtomicInteger::get)
                    .description("1 for what an operator wants of the upstream, 0 for the rest")
                    .tags(tags.and("mode", Labels.of(mode)))
                    .register(registry);
        }
        for (WaitResult result : WaitResult.values()) {
            waits.put(
                    result,
                    GatewayMetrics.timer(
                                    "smtpgate.upstream.wait",
                                    "How long transactions waited for a connection, connecting included",
                                    GatewayMetrics.SECONDS)
                            .tags(tags.and("outcome", Labels.of(result)))
                            .register(registry));
        }
        endpoints = new EndpointMeters(registry, upstream);
        for (AuthResult result : List.of(AuthResult.ACCEPTED, AuthResult.REJECTED, AuthResult.UNAVAILABLE)) {
            logins.put(
                    result,
                    Counter.builder("smtpgate.upstream.logins")
                            .description("Logins of the gateway at the upstream")
                            .tags(tags.and("outcome", Labels.of(result)))
                            .register(registry));
        }
        for (Stage command : List.of(Stage.XCLIENT, Stage.XFORWARD)) {
            omissions.put(new Omission(command, true), omission(command, "refused"));
            omissions.put(new Omission(command, false), omission(command, "not_offered"));
        }
        connected = connect("done");
        connectFailed = connect("failed");
        retries = retries("done");
        retriesFailed = retries("failed");
        received = counter("smtpgate.upstream.received.bytes", "Octets received from the upstream, inside TLS");
        sent = counter("smtpgate.upstream.sent.bytes", "Octets sent to the upstream, inside TLS");
        gauge("smtpgate.upstream.connections.limit", "The most connections to the upstream", connectionsLimit);
        gauge("smtpgate.upstream.queued", "Transactions in line for a connection", queued);
        gauge("smtpgate.upstream.queue.limit", "The most transactions in line", queueLimit);
        for (ConnectionState state : ConnectionState.values()) {
            How.OF_UPSTREAMS.forEach(how -> expect(ClosedBy.UPSTREAM, how, state));
            expect(ClosedBy.GATEWAY, How.RETIRED, state);
        }
    }

    /** Registers what is likely, so that the first one is seen as an increase, and not as a new series. */
    private void expect(ClosedBy by, How how, ConnectionState state) {
        closings.computeIfAbsent(new Closing(by, how, state), this::closing);
    }

    public EndpointMeters endpoints() {
        return endpoints;
    }

    /** How many connections there may be, over all event loops. */
    public void connectionsLimit(int most) {
        connectionsLimit.set(most);
    }

    public void mode(UpstreamMode now) {
        modes.forEach((mode, is) -> is.set(mode == now ? 1 : 0));
    }

    /** How many connections are in that state, over all event loops. */
    public long connections(ConnectionState state) {
        return connections.get(state).sum();
    }

    /** How many transactions wait for a connection. */
    public long queued() {
        return queued.sum();
    }

    /** An event loop has a line of its own, of this length at most. */
    public void queueAdded(int length) {
        queueLimit.add(length);
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
        queued.increment();
    }

    /** A transaction has its connection, or will get none. */
    public void waitEnded(WaitResult result, long nanos) {
        queued.decrement();
        waits.get(result).record(nanos, TimeUnit.NANOSECONDS);
    }

    public void closed(ClosedBy by, How how, ConnectionState state) {
        closings.computeIfAbsent(new Closing(by, how, state), this::closing).increment();
    }

    /** A transaction went on by another connection, or failed to. */
    public void retried(Retry what, boolean done) {
        (done ? retries : retriesFailed).get(what).increment();
    }

    /** A login at the upstream was taken, refused, or could not be made. */
    public void loggedIn(AuthResult result) {
        logins.get(result).increment();
    }

    /** The upstream was not told who the client is by this command: it refused, or does not offer it. */
    public void notIntroduced(Stage command, boolean refused) {
        omissions.get(new Omission(command, refused)).increment();
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

    private void gauge(String name, String help, Number value) {
        Gauge.builder(name, value, Number::doubleValue)
                .description(help)
                .tags(tags)
                .register(registry);
    }

    private Timer connect(String outcome) {
        return GatewayMetrics.timer(
                        "smtpgate.upstream.connect",
                        "Attempts to connect: TCP, TLS and the SMTP handshake",
                        GatewayMetrics.SECONDS)
                .tags(tags.and("outcome", outcome))
                .register(registry);
    }

    private Map<Retry, Counter> retries(String outcome) {
        Map<Retry, Counter> counters = new EnumMap<>(Retry.class);
        for (Retry what : Retry.values()) {
            counters.put(
                    what,
                    Counter.builder("smtpgate.upstream.retries")
                            .description("Transactions taken to another connection before their content, unseen")
                            .tags(tags.and("sent", Labels.of(what), "outcome", outcome))
                            .register(registry));
        }
        return counters;
    }

    private Counter omission(Stage command, String reason) {
        return Counter.builder("smtpgate.upstream.not.introduced")
                .description("Transactions of which the upstream was not told who the client is")
                .tags(tags.and("command", Labels.of(command), "reason", reason))
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
