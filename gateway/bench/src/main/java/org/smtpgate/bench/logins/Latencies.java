package org.smtpgate.bench.logins;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long something took. On one event loop. */
final class Latencies {
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(10);

    private final Histogram micros = new Histogram(LONGEST_MICROS, 3);

    void since(long startNanos) {
        micros.recordValue(Math.min(LONGEST_MICROS, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - startNanos)));
    }

    /** Milliseconds, for JSON. */
    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("count", micros.getTotalCount());
        map.put("p50", micros.getValueAtPercentile(50) / 1e3);
        map.put("p99", micros.getValueAtPercentile(99) / 1e3);
        map.put("max", micros.getMaxValue() / 1e3);
        return map;
    }
}
