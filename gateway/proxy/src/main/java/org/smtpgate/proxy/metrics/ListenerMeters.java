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
import java.util.concurrent.atomic.LongAdder;

/** The meters of one listener: its sessions, and what became of their transactions. Safe for any thread. */
public final class ListenerMeters {
    private static final String NO_UPSTREAM = "none";

    private final MeterRegistry registry;
    private final Tags tags;
    private final UnknownOutcomes unknownOutcomes;
    private final LongAdder open = new LongAdder();
    private final AtomicInteger limit = new AtomicInteger();
    private final Counter sessions;
    private final Counter received;
    private final Counter sent;
    private final Counter handshakes;
    private final Counter handshakesFailed;
    private final Timer sessionDuration;
    private final Counter[] replies = new Counter[6];
    private final Map<String, TransactionMeters> transactions = new ConcurrentHashMap<>();
    private final Map<Closing, Counter> closings = new ConcurrentHashMap<>();

    /** Every combination is of our own enums, so there is a bound; those not expected are made as they occur. */
    private record Closing(ClosedBy by, How how, Phase phase, Told told) {}

    ListenerMeters(MeterRegistry registry, String listener, UnknownOutcomes unknownOutcomes) {
        this.registry = registry;
        this.unknownOutcomes = unknownOutcomes;
        this.tags = Tags.of("listener", listener);
        sessions = counter("smtpgate.sessions.opened", "Client sessions begun");
        received = counter("smtpgate.client.received.bytes", "Octets received from clients, inside TLS");
        sent = counter("smtpgate.client.sent.bytes", "Octets sent to clients, inside TLS");
        handshakes = handshake("done");
        handshakesFailed = handshake("failed");
        sessionDuration = GatewayMetrics.timer(
                        "smtpgate.session.duration", "From a client's connection to its end", GatewayMetrics.MINUTES)
                .tags(tags)
                .register(registry);
        for (int severity = 2; severity < replies.length; severity++) {
            replies[severity] = Counter.builder("smtpgate.replies")
                    .description("Replies given to clients")
                    .tags(tags.and("class", severity + "xx"))
                    .register(registry);
        }
        Gauge.builder("smtpgate.sessions.open", open, LongAdder::sum)
                .description("Client sessions that are open")
                .tags(tags)
                .register(registry);
        Gauge.builder("smtpgate.sessions.limit", limit, AtomicInteger::get)
                .description("The most client sessions that may be open")
                .tags(tags)
                .register(registry);
        for (Phase phase : Phase.values()) {
            expect(ClosedBy.CLIENT, How.QUIT, phase, Told.REPLY_221);
            expect(ClosedBy.CLIENT, How.FIN, phase, Told.NOTHING);
            expect(ClosedBy.CLIENT, How.RST, phase, Told.NOTHING);
            expect(ClosedBy.CLIENT, How.TLS, phase, Told.NOTHING);
            expect(ClosedBy.GATEWAY, How.TIMEOUT, phase, Told.REPLY_421);
            expect(ClosedBy.GATEWAY, How.TIMEOUT, phase, Told.NOTHING);
            expect(ClosedBy.GATEWAY, How.POLICY, phase, Told.REPLY_421);
        }
        for (How how : How.OF_UPSTREAMS) {
            expect(ClosedBy.UPSTREAM, how, Phase.IDLE, Told.REPLY_221);
            expect(ClosedBy.UPSTREAM, how, Phase.IDLE, Told.REPLY_421);
        }
    }

    /** Registers what is likely, so that the first one is seen as an increase, and not as a new series. */
    private void expect(ClosedBy by, How how, Phase phase, Told told) {
        closings.computeIfAbsent(new Closing(by, how, phase, told), this::closing);
    }

    /** How many may be open, over all event loops. */
    public void sessionsLimit(int most) {
        limit.set(most);
    }

    public void sessionOpened() {
        sessions.increment();
        open.increment();
    }

    public void sessionClosed(ClosedBy by, How how, Phase phase, Told told, long nanos) {
        sessionDuration.record(nanos, TimeUnit.NANOSECONDS);
        closings.computeIfAbsent(new Closing(by, how, phase, told), this::closing)
                .increment();
        open.decrement();
    }

    public void received(long octets) {
        received.increment(octets);
    }

    public void sent(long octets) {
        sent.increment(octets);
    }

    /** A reply was given, by its code. */
    public void reply(int code) {
        replies[code / 100].increment();
    }

    /** A TLS handshake ended. */
    public void tlsHandshake(boolean done) {
        (done ? handshakes : handshakesFailed).increment();
    }

    /** @param upstream its configured name; null for those that end before it is known */
    public TransactionMeters transactions(String upstream) {
        return transactions.computeIfAbsent(
                upstream == null ? NO_UPSTREAM : upstream,
                name -> new TransactionMeters(registry, tags.and("upstream", name)));
    }

    /** A transaction came to an end that nobody knows; beside its being counted. */
    public void unknown(UnknownOutcome outcome) {
        unknownOutcomes.add(outcome);
    }

    private Counter counter(String name, String help) {
        return Counter.builder(name).description(help).tags(tags).register(registry);
    }

    private Counter handshake(String outcome) {
        return Counter.builder("smtpgate.tls.handshakes")
                .description("TLS handshakes of clients")
                .tags(tags.and("outcome", outcome))
                .register(registry);
    }

    private Counter closing(Closing closing) {
        return Counter.builder("smtpgate.sessions.closed")
                .description("Client sessions ended: by whom, how, in which state, and what the client was told")
                .tags(tags.and("by", Labels.of(closing.by()), "how", Labels.of(closing.how()))
                        .and("state", Labels.of(closing.phase()), "told", Labels.of(closing.told())))
                .register(registry);
    }
}
