package org.smtpgate.app.config;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers, durations and sizes as people write them. Everything throws IllegalArgumentException with the mend. */
final class Quantities {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(B|KiB|MiB|GiB)?");
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    private static final Map<String, Integer> SHIFTS = Map.of("B", 0, "KiB", 10, "MiB", 20, "GiB", 30);

    /** A longer one would overflow the milliseconds of a socket's timeout, and serves nobody. */
    private static final long MILLIS_MAX = 7 * MILLIS.get("d");

    private Quantities() {}

    static int number(String text, int least, int most) {
        if (!text.matches("[0-9]{1,10}") || Long.parseLong(text) < least || Long.parseLong(text) > most) {
            throw new IllegalArgumentException("must be a number from " + least + " to " + most + ", not " + text);
        }
        return Integer.parseInt(text);
    }

    static Duration duration(String text) {
        Matcher duration = DURATION.matcher(text);
        long millis = duration.matches() ? Long.parseLong(duration.group(1)) * MILLIS.get(duration.group(2)) : 0;
        if (millis == 0 || millis > MILLIS_MAX) {
            throw new IllegalArgumentException(
                    "must be a duration such as 500ms, 30s, 5m, 1h or 7d, the longest; not " + text);
        }
        return Duration.ofMillis(millis);
    }

    static long size(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw new IllegalArgumentException("must be a size such as 4096, 64KiB, 50MiB or 1GiB, not " + text);
        }
        String unit = size.group(2) == null ? "B" : size.group(2);
        return Long.parseLong(size.group(1)) << SHIFTS.get(unit);
    }

    /** The shortest spelling that {@link #duration} reads back. */
    static String spell(Duration duration) {
        long millis = duration.toMillis();
        for (String unit : new String[] {"h", "m", "s"}) {
            if (millis % MILLIS.get(unit) == 0) {
                return millis / MILLIS.get(unit) + unit;
            }
        }
        return millis + "ms";
    }

    /** Where zero stands for {@code off}. */
    static String spellOrOff(Duration duration) {
        return duration.isZero() ? "off" : spell(duration);
    }

    /** The shortest spelling that {@link #size} reads back. */
    static String spell(long octets) {
        for (String unit : new String[] {"GiB", "MiB", "KiB"}) {
            long one = 1L << SHIFTS.get(unit);
            if (octets >= one && octets % one == 0) {
                return octets / one + unit;
            }
        }
        return Long.toString(octets);
    }
}
