package org.smtpgate.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever reads the log too slowly costs lines, the less important ones first, and never an event loop's time. */
@Timeout(20)
class LogQueueTest {
    private static final int LENGTH = 10;

    private final LoggerContext context = new LoggerContext();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final StuckWriter writer = new StuckWriter();
    private final LogQueue queue = new LogQueue(LENGTH);

    private static final class StuckWriter extends AppenderBase<ILoggingEvent> {
        private final CountDownLatch stuck = new CountDownLatch(1);
        private final CountDownLatch freed = new CountDownLatch(1);

        @Override
        protected void append(ILoggingEvent event) {
            stuck.countDown();
            try {
                freed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @BeforeEach
    void getStuck() throws InterruptedException {
        context.setMDCAdapter(new LogbackMDCAdapter());
        writer.setContext(context);
        writer.start();
        queue.setContext(context);
        queue.addAppender(writer);
        queue.start();
        queue.bindTo(registry);
        log(1, Level.INFO);
        assertThat(writer.stuck.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @AfterEach
    void end() {
        writer.freed.countDown();
        queue.stop();
    }

    @Test
    void linesThatFitAreNotDropped() {
        log(LENGTH - 1, Level.INFO);

        assertThat(queued()).isEqualTo(LENGTH - 1);
        assertThat(dropped()).isZero();
    }

    @Test
    void theLastRoomIsForWarnings() {
        log(LENGTH + 10, Level.INFO);
        assertThat(queued()).isEqualTo(LENGTH - 1);
        assertThat(dropped()).isEqualTo(11);

        log(3, Level.WARN);
        assertThat(queued()).isEqualTo(LENGTH);
        assertThat(dropped()).isEqualTo(13);
    }

    private void log(int count, Level level) {
        for (int i = 0; i < count; i++) {
            LoggingEvent event = new LoggingEvent();
            event.setLoggerContext(context);
            event.setLevel(level);
            event.setMessage("line");
            queue.doAppend(event);
        }
    }

    private double queued() {
        return registry.get("smtpgate.log.queued.lines").gauge().value();
    }

    private double dropped() {
        return registry.get("smtpgate.log.dropped.lines").functionCounter().count();
    }
}
