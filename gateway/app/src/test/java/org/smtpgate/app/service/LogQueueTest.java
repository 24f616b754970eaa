package org.smtpgate.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
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
    private final LogQueue queue = new LogQueue(LENGTH, writer);

    private static final class StuckWriter implements Consumer<List<ILoggingEvent>> {
        private final List<String> written = new CopyOnWriteArrayList<>();
        private final CountDownLatch stuck = new CountDownLatch(1);
        private final CountDownLatch freed = new CountDownLatch(1);

        @Override
        public void accept(List<ILoggingEvent> batch) {
            stuck.countDown();
            try {
                freed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            batch.forEach(event -> written.add(event.getMessage()));
        }
    }

    @BeforeEach
    void getStuck() throws InterruptedException {
        context.setMDCAdapter(new LogbackMDCAdapter());
        queue.setContext(context);
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

    /** Also those that come while the writer rests or sleeps. */
    @Test
    void allThatWasTakenIsWrittenInOrder() {
        writer.freed.countDown();
        List<String> all = new ArrayList<>(List.of("line"));
        for (int number = 0; number < 2_000; number++) {
            String line = "line " + number;
            all.add(line);
            log(line, Level.WARN);
            // Now and then one after the writer has fallen asleep, else as fast as there is room.
            int awaited = number % 100 == 0 ? number + 2 : number - LENGTH / 2;
            Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> writer.written.size() >= awaited);
        }
        queue.stop();

        assertThat(writer.written).isEqualTo(all);
        assertThat(dropped()).isZero();
    }

    private void log(int count, Level level) {
        for (int i = 0; i < count; i++) {
            log("line", level);
        }
    }

    private void log(String message, Level level) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerContext(context);
        event.setLevel(level);
        event.setMessage(message);
        queue.doAppend(event);
    }

    private double queued() {
        return registry.get("smtpgate.log.queued.lines").gauge().value();
    }

    private double dropped() {
        return registry.get("smtpgate.log.dropped.lines").functionCounter().count();
    }
}
