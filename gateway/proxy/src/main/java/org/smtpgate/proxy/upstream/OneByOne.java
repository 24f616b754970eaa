package org.smtpgate.proxy.upstream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Does a thing for one after the other. Who comes while it is done for another waits for the end of that: a long line, each of
 * which brings on the next, would else be as many calls within each other. Confined to its event loop.
 */
final class OneByOne<T> {
    private final Deque<T> waiting = new ArrayDeque<>(1);
    private final Consumer<T> thing;
    private boolean busy;

    OneByOne(Consumer<T> thing) {
        this.thing = thing;
    }

    /** Whether some have to wait. */
    boolean someWait() {
        return !waiting.isEmpty();
    }

    /** Is over when it was done for this one, unless that has to wait. */
    void add(T one) {
        waiting.add(one);
        if (!busy) {
            busy = true;
            try {
                while (!waiting.isEmpty()) {
                    thing.accept(waiting.remove());
                }
            } finally {
                busy = false;
            }
        }
    }
}
