package org.smtpgate.proxy.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The latest transactions of unknown outcome, for whoever looks into them; older ones are in the log alone. They are lost
 * when the process ends. Safe for any thread.
 */
public final class UnknownOutcomes {
    private final int most;
    private final Deque<UnknownOutcome> latest = new ArrayDeque<>();
    private long dropped;

    /** @param most how many are kept */
    UnknownOutcomes(int most, MeterRegistry registry) {
        this.most = most;
        Gauge.builder("smtpgate.unknown.outcomes.kept", this, UnknownOutcomes::kept)
                .description("Transactions of unknown outcome that the admin server can show")
                .register(registry);
        FunctionCounter.builder("smtpgate.unknown.outcomes.dropped", this, UnknownOutcomes::dropped)
                .description("Transactions of unknown outcome that made room for later ones")
                .register(registry);
    }

    /** Adds one, for which the oldest may have to go. */
    public synchronized void add(UnknownOutcome outcome) {
        latest.addFirst(outcome);
        if (latest.size() > most) {
            latest.removeLast();
            dropped++;
        }
    }

    /** The newest, the last one first. */
    public synchronized List<UnknownOutcome> latest(int limit) {
        List<UnknownOutcome> some = new ArrayList<>(Math.min(limit, latest.size()));
        for (Iterator<UnknownOutcome> all = latest.iterator(); all.hasNext() && some.size() < limit; ) {
            some.add(all.next());
        }
        return some;
    }

    public synchronized int kept() {
        return latest.size();
    }

    /** How many were kept once, and are no more. */
    public synchronized long dropped() {
        return dropped;
    }
}
