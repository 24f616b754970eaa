package org.smtpgate.it.faults;

import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The messages that are still to be sent; one that was deferred comes back after a while, as often as need be. */
final class Mailbag {

    private static final int MOST_TRIES = 50;
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    private final DelayQueue<Entry> queue = new DelayQueue<>();
    private final AtomicInteger unsettled;
    private final AtomicInteger tries = new AtomicInteger();
    private final AtomicInteger givenUp = new AtomicInteger();

    Mailbag(long seed, int messages) {
        unsettled = new AtomicInteger(messages);
        for (int number = 0; number < messages; number++) {
            queue.add(new Entry(new PlannedMail(seed, number), 0, 0));
        }
    }

    /** A message on its way, and how often it has been tried. */
    record Entry(PlannedMail mail, int tries, long dueAt) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueAt - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(dueAt, ((Entry) other).dueAt);
        }
    }

    /** Waits for a message that is due; null when none is left. */
    Entry take() throws InterruptedException {
        while (unsettled.get() > 0) {
            Entry next = queue.poll(100, TimeUnit.MILLISECONDS);
            if (next != null) {
                return next;
            }
        }
        return null;
    }

    /** A message that is due now; null when there is none. */
    Entry poll() {
        return queue.poll();
    }

    /** The server has it. */
    void delivered() {
        tries.incrementAndGet();
        unsettled.decrementAndGet();
    }

    /** To be sent again. */
    void deferred(Entry entry) {
        tries.incrementAndGet();
        int next = entry.tries() + 1;
        if (next == MOST_TRIES) {
            givenUp.incrementAndGet();
            unsettled.decrementAndGet();
            return;
        }
        long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(next, 10));
        queue.add(new Entry(entry.mail(), next, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause)));
    }

    int unsettled() {
        return unsettled.get();
    }

    int tries() {
        return tries.get();
    }

    int givenUp() {
        return givenUp.get();
    }
}
