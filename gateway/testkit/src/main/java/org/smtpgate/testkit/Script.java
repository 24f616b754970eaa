package org.smtpgate.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What an upstream does out of the ordinary, and when; of two entries for one moment the later one counts. */
final class Script {
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Stage, Integer> reached = new EnumMap<>(Stage.class);

    private static final class Entry {
        private final Moment moment;
        private final Fault fault;
        private final String reply;
        private final Duration delay;
        private boolean spent;

        Entry(Moment moment, Fault fault, String reply, Duration delay) {
            this.moment = moment;
            this.fault = fault;
            this.reply = reply;
            this.delay = delay;
        }
    }

    synchronized void add(Moment moment, Fault fault) {
        entries.add(0, new Entry(moment, fault, null, null));
    }

    synchronized void add(Moment moment, String reply) {
        entries.add(0, new Entry(moment, null, reply, null));
    }

    synchronized void add(Moment moment, Duration delay) {
        entries.add(0, new Entry(moment, null, null, delay));
    }

    /** Counts one more occurrence of a stage, and returns its number. */
    synchronized int reach(Stage stage) {
        return reached.merge(stage, 1, Integer::sum);
    }

    synchronized int occurrences(Stage stage) {
        return reached.getOrDefault(stage, 0);
    }

    Optional<Fault> fault(Stage stage, int occurrence) {
        return find(stage, occurrence, false, entry -> entry.fault);
    }

    Optional<Fault> faultBefore(Stage stage) {
        return find(stage, occurrences(stage) + 1, true, entry -> entry.fault);
    }

    Optional<String> reply(Stage stage, int occurrence) {
        return find(stage, occurrence, false, entry -> entry.reply);
    }

    Optional<Duration> delay(Stage stage, int occurrence) {
        return find(stage, occurrence, false, entry -> entry.delay);
    }

    /** Where in the content of a message a fault waits. */
    synchronized Optional<Long> contentCut(int occurrence) {
        return entries.stream()
                .filter(entry -> entry.fault != null && entry.moment.covers(Stage.CONTENT, occurrence, false))
                .map(entry -> entry.moment.contentBytes())
                .findFirst();
    }

    /** A numbered entry is spent by its use: two connections may both be about to reach the same occurrence. */
    private synchronized <T> Optional<T> find(Stage stage, int occurrence, boolean before, Function<Entry, T> what) {
        for (Entry entry : entries) {
            T found = what.apply(entry);
            if (found != null && !entry.spent && entry.moment.covers(stage, occurrence, before)) {
                entry.spent = entry.moment.nth() > 0;
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }
}
