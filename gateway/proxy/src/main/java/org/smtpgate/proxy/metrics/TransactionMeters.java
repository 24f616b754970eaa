package org.smtpgate.proxy.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The meters of the transactions from one listener to one upstream. Safe for any thread. */
public final class TransactionMeters {
    private final Map<Outcome, Counter> ended = new EnumMap<>(Outcome.class);
    private final Counter content;
    private final Timer duration;

    TransactionMeters(MeterRegistry registry, Tags tags) {
        for (Outcome outcome : Outcome.values()) {
            ended.put(
                    outcome,
                    Counter.builder("smtpgate.transactions")
                            .description("Mail transactions by what became of them")
                            .tags(tags.and("outcome", Labels.of(outcome)))
                            .register(registry));
        }
        content = Counter.builder("smtpgate.content.bytes")
                .description("Octets of message content passed on to upstreams")
                .tags(tags)
                .register(registry);
        duration = GatewayMetrics.timer(
                        "smtpgate.transaction.duration", "From MAIL to the final reply", GatewayMetrics.SECONDS)
                .tags(tags)
                .register(registry);
    }

    /** A transaction is over. */
    public void ended(Outcome outcome, long contentOctets, long nanos) {
        ended.get(outcome).increment();
        content.increment(contentOctets);
        duration.record(nanos, TimeUnit.NANOSECONDS);
    }
}
