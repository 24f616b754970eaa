package org.smtpgate.passwords;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * One of the kind that most are of, as they come: not the last one's, or it would tell who was seen last. Bounded; safe for
 * any thread.
 */
public final class MostSeen<T> {
    private static final int MAX_KINDS = 16;

    private final Function<T, ?> kinds;
    private final Map<Object, Long> counts = new HashMap<>();
    private T usual;
    private long most;

    /**
     * @param kinds what kind one is of
     * @param first what is usual until one is seen
     */
    public MostSeen(Function<T, ?> kinds, T first) {
        this.kinds = kinds;
        this.usual = first;
    }

    public synchronized void saw(T one) {
        Object kind = kinds.apply(one);
        if (counts.size() >= MAX_KINDS && !counts.containsKey(kind)) {
            return;
        }
        long count = counts.merge(kind, 1L, Long::sum);
        if (count > most) {
            most = count;
            usual = one;
        }
    }

    public synchronized T usual() {
        return usual;
    }
}
