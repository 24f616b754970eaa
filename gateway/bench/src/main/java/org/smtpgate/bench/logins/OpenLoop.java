package org.smtpgate.bench.logins;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;

/** Does something so many times a second, however long it takes: what is late is done all the same, and knows when it was due. */
final class OpenLoop {
    /** What is done. */
    interface Task {
        /** @param dueNanos when it was to be done, by {@link System#nanoTime} */
        void perform(int number, long dueNanos);
    }

    private final EventLoop loop;
    private final double ratePerSecond;
    private final int times;
    private final Task task;
    private long firstNanos;
    private int next;

    OpenLoop(EventLoop loop, double ratePerSecond, int times, Task task) {
        this.loop = loop;
        this.ratePerSecond = ratePerSecond;
        this.times = times;
        this.task = task;
    }

    void start() {
        loop.execute(() -> {
            firstNanos = System.nanoTime();
            performDue();
        });
    }

    private void performDue() {
        while (next < times && due(next) <= System.nanoTime()) {
            task.perform(next, due(next));
            next++;
        }
        if (next < times) {
            loop.schedule(this::performDue, due(next) - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    private long due(int number) {
        return firstNanos + (long) (number / ratePerSecond * 1e9);
    }
}
