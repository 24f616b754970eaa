package org.smtpgate.bench.driver;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What the sessions of a run met. Used on the driver's event loop alone. */
final class Tally {
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(10);
    private static final int FAILURE_KINDS_MAX = 50;

    private final Histogram sessions = new Histogram(LONGEST_MICROS, 3);
    private final Histogram messages = new Histogram(LONGEST_MICROS, 3);
    private final Map<String, Integer> failures = new TreeMap<>();
    private final BitSet acknowledged = new BitSet();
    private int sessionsDone;
    private int resumed;
    private int sessionsFailed;

    void sessionDone(long nanos) {
        sessionsDone++;
        sessions.recordValue(micros(nanos));
    }

    /** A session's TLS resumed an earlier one's. */
    void resumed() {
        resumed++;
    }

    /** @param kind the step and the reply's code, or how the connection ended */
    void sessionFailed(String kind) {
        sessionsFailed++;
        String key = failures.size() < FAILURE_KINDS_MAX || failures.containsKey(kind) ? kind : "other";
        failures.merge(key, 1, Integer::sum);
    }

    void messageDone(int number, long nanos) {
        acknowledged.set(number);
        messages.recordValue(micros(nanos));
    }

    /** Keeps only those that follow. */
    void forgetTimes() {
        sessions.reset();
        messages.reset();
    }

    BitSet acknowledged() {
        return acknowledged;
    }

    int sessionsOver() {
        return sessionsDone + sessionsFailed;
    }

    /** For JSON. */
    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("sessionsDone", sessionsDone);
        map.put("sessionsFailed", sessionsFailed);
        map.put("resumed", resumed);
        map.put("failures", failures);
        map.put("acknowledged", acknowledged.cardinality());
        map.put("sessionMillis", percentiles(sessions));
        map.put("messageMillis", percentiles(messages));
        return map;
    }

    private static Map<String, Double> percentiles(Histogram micros) {
        Map<String, Double> map = new LinkedHashMap<>();
        map.put("p50", micros.getValueAtPercentile(50) / 1e3);
        map.put("p90", micros.getValueAtPercentile(90) / 1e3);
        map.put("p99", micros.getValueAtPercentile(99) / 1e3);
        map.put("p999", micros.getValueAtPercentile(99.9) / 1e3);
        map.put("max", micros.getMaxValue() / 1e3);
        return map;
    }

    private static long micros(long nanos) {
        return Math.min(LONGEST_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos));
    }
}
