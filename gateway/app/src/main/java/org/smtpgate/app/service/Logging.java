package org.smtpgate.app.service;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.slf4j.LoggerFactory;
import org.smtpgate.app.config.GatewayConfig;

/**
 * Log lines on standard error, written by a thread of their own from a bounded queue: when that is nearly full, lines of level
 * INFO and below are dropped rather than an event loop be blocked.
 */
public final class Logging {
    private static final int QUEUE_LENGTH = 8_192;
    private static final String QUEUE = "queue";

    private Logging() {}

    /** Before a configuration is read: warnings only. */
    public static void quiet() {
        configure(new GatewayConfig.Log(GatewayConfig.LogFormat.TEXT, GatewayConfig.LogLevel.WARN));
    }

    public static void configure(GatewayConfig.Log log) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        LogQueue queue = new LogQueue(QUEUE_LENGTH, new ErrorStreamWriter(encoder(context, log.format())));
        queue.setName(QUEUE);
        queue.setContext(context);
        queue.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(queue);
        context.getLogger("org.smtpgate").setLevel(Level.valueOf(log.level().name()));
        context.getLogger("smtpgate").setLevel(Level.valueOf(log.level().name()));
    }

    /** The queue as last configured; nothing to be measured where something else was. */
    static MeterBinder meters() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        return root.getAppender(QUEUE) instanceof LogQueue queue ? queue : registry -> {};
    }

    /** Writes what is still in the queue. */
    public static void flush() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, GatewayConfig.LogFormat format) {
        if (format == GatewayConfig.LogFormat.JSON) {
            JsonEncoder json = new JsonEncoder();
            json.setWithFormattedMessage(true);
            json.setWithMessage(false);
            json.setWithArguments(false);
            json.setWithContext(false);
            json.setWithSequenceNumber(false);
            json.setContext(context);
            json.start();
            return json;
        }
        LogfmtLayout layout = new LogfmtLayout();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> text = new LayoutWrappingEncoder<>();
        text.setContext(context);
        text.setLayout(layout);
        text.start();
        return text;
    }
}
