package org.smtpgate.app.service;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The log lines that wait for their writer. Never blocks: when little room is left, lines of level INFO and below are
 * dropped, and when none is, all are; and they are counted.
 *
 * <p>The writer rests for a moment after each batch, so that under load it finds the next one without being woken: to
 * wake it for each line took more of an event loop's time than the line itself, which logback's own queue does.
 */
final class LogQueue extends UnsynchronizedAppenderBase<ILoggingEvent> implements MeterBinder {
    private static final int BATCH_MOST = 512;
    private static final Duration REST = Duration.ofMillis(5);
    private static final Duration LAST_LINES = Duration.ofSeconds(1);

    private final ArrayBlockingQueue<ILoggingEvent> queue;
    private final int length;
    private final Consumer<List<ILoggingEvent>> writer;
    private final Thread thread = new Thread(this::write, "smtpgate-log");
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final LongAdder dropped = new LongAdder();
    private volatile boolean ending;

    /** @param writer is given the lines in order, by one thread, which may be blocked */
    LogQueue(int length, Consumer<List<ILoggingEvent>> writer) {
        this.length = length;
        this.queue = new ArrayBlockingQueue<>(length);
        this.writer = writer;
        thread.setDaemon(true);
    }

    @Override
    public void start() {
        super.start();
        thread.start();
    }

    /** Writes what is in the queue, if that does not take too long. */
    @Override
    public void stop() {
        if (!isStarted()) {
            return;
        }
        super.stop();
        ending = true;
        LockSupport.unpark(thread);
        try {
            thread.join(LAST_LINES.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        boolean forWarnings = queue.remainingCapacity() < length / 5;
        if (forWarnings && !event.getLevel().isGreaterOrEqual(Level.WARN)) {
            dropped.increment();
            return;
        }
        event.prepareForDeferredProcessing();
        if (!queue.offer(event)) {
            dropped.increment();
        } else if (asleep.get() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
    }

    private void write() {
        List<ILoggingEvent> batch = new ArrayList<>(BATCH_MOST);
        while (!ending || !queue.isEmpty()) {
            if (queue.drainTo(batch, BATCH_MOST) == 0) {
                sleep();
            } else {
                writeSafely(batch);
                batch.clear();
                rest();
            }
        }
    }

    private void writeSafely(List<ILoggingEvent> batch) {
        try {
            writer.accept(batch);
        } catch (RuntimeException fault) {
            addError("log lines could not be written", fault);
            dropped.add(batch.size());
        }
    }

    private void rest() {
        if (!ending && queue.size() < BATCH_MOST) {
            LockSupport.parkNanos(this, REST.toNanos());
        }
    }

    /** Until the next line: who adds that sees the mark, or is seen here. */
    private void sleep() {
        asleep.set(true);
        if (queue.isEmpty() && !ending) {
            LockSupport.park(this);
        }
        asleep.set(false);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("smtpgate.log.queued.lines", queue, ArrayBlockingQueue::size)
                .description("Log lines that wait to be written")
                .register(registry);
        Gauge.builder("smtpgate.log.queue.limit.lines", () -> length)
                .description("The most log lines that wait to be written")
                .register(registry);
        FunctionCounter.builder("smtpgate.log.dropped.lines", dropped, LongAdder::sum)
                .description("Log lines dropped since too many waited")
                .register(registry);
    }
}
