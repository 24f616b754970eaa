package org.smtpgate.app.service;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.atomic.LongAdder;

/**
 * The log lines that wait for their writer. Never blocks: when little room is left, lines of level INFO and below are
 * dropped, and when none is, all are; and they are counted.
 */
final class LogQueue extends AsyncAppender implements MeterBinder {
    private final LongAdder dropped = new LongAdder();

    LogQueue(int length) {
        setQueueSize(length);
        setDiscardingThreshold(length / 5);
        setNeverBlock(true);
    }

    @Override
    protected void append(ILoggingEvent event) {
        int room = getRemainingCapacity();
        if (room == 0 || room < getDiscardingThreshold() && isDiscardable(event)) {
            dropped.increment();
        } else {
            super.append(event);
        }
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("smtpgate.log.queued.lines", this, LogQueue::getNumberOfElementsInQueue)
                .description("Log lines that wait to be written")
                .register(registry);
        Gauge.builder("smtpgate.log.queue.limit.lines", this, LogQueue::getQueueSize)
                .description("The most log lines that wait to be written")
                .register(registry);
        FunctionCounter.builder("smtpgate.log.dropped.lines", dropped, LongAdder::sum)
                .description("Log lines dropped since too many waited")
                .register(registry);
    }
}
