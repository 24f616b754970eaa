package org.smtpgate.app.service;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** One line of {@code key=value} pairs (logfmt) for each event, whatever is in it: a stack trace too is one value. */
final class LogfmtLayout extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    @Override
    public String doLayout(ILoggingEvent event) {
        String logger = event.getLoggerName();
        StringBuilder line = new StringBuilder(256)
                .append("time=")
                .append(TIME.format(event.getInstant()))
                .append(" level=")
                .append(event.getLevel())
                .append(" logger=")
                .append(logger.substring(logger.lastIndexOf('.') + 1));
        if (event.getKeyValuePairs() == null || event.getKeyValuePairs().isEmpty()) {
            quote(line.append(" msg="), event.getFormattedMessage());
        } else {
            // The message is these pairs already.
            line.append(' ').append(event.getFormattedMessage());
        }
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            quote(line.append(" error="), ThrowableProxyUtil.asString(thrown).strip());
        }
        return line.append('\n').toString();
    }

    private static void quote(StringBuilder line, String text) {
        line.append('"');
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"', '\\' -> line.append('\\').append((char) c);
                case '\n' -> line.append("\\n");
                case '\t' -> line.append("\\t");
                case '\r' -> line.append("\\r");
                default -> {
                    if (Character.isISOControl(c)) {
                        line.append(String.format("\\u%04x", c));
                    } else {
                        line.appendCodePoint(c);
                    }
                }
            }
        });
        line.append('"');
    }
}
