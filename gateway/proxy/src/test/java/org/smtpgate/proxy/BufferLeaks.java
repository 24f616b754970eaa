package org.smtpgate.proxy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.slf4j.LoggerFactory;

/** Follows every buffer that is made, from here to {@link #close}, and tells those that nobody released. */
final class BufferLeaks implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final String PROPERTY = "io.netty.leakDetection.level";
    private static final String ON_PURPOSE = "lost on purpose, number ";
    private static final AtomicInteger LOST = new AtomicInteger();

    private final Level before = ResourceLeakDetector.getLevel();
    private final Logger logger = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> collector = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            reports.add(event.getFormattedMessage());
        }
    };

    BufferLeaks() {
        // Without the property Vert.x turns the detector off when its classes are loaded.
        System.setProperty(PROPERTY, "paranoid");
        ResourceLeakDetector.setLevel(Level.PARANOID);
        collector.setContext(logger.getLoggerContext());
        collector.start();
        logger.addAppender(collector);
        logger.setAdditive(false);
    }

    /**
     * The reports so far. Two buffers that are lost on purpose, one after the other, must be reported, or else the
     * detector is deaf; when the second is, all that was garbage together with the first has been reported as well.
     */
    List<String> reports() {
        loseOne();
        loseOne();
        return reports.stream().filter(report -> !report.contains(ON_PURPOSE)).toList();
    }

    private void loseOne() {
        // The detector tells the same story only once in the life of the JVM.
        String story = ON_PURPOSE + LOST.incrementAndGet();
        PooledByteBufAllocator.DEFAULT.buffer(1).touch(story);
        Awaitility.await("the report of a buffer that was lost on purpose")
                .atMost(LONGEST)
                .until(() -> {
                    System.gc();
                    // The detector looks when the next buffer is made.
                    PooledByteBufAllocator.DEFAULT.buffer(1).release();
                    return reports.stream().anyMatch(report -> report.contains(story));
                });
    }

    @Override
    public void close() {
        logger.detachAppender(collector);
        logger.setAdditive(true);
        collector.stop();
        ResourceLeakDetector.setLevel(before);
        System.clearProperty(PROPERTY);
    }
}
