package org.smtpgate.proxy.metrics;

import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One event as {@code key=value} pairs (logfmt), which a JSON encoder sees as pairs too. Whatever a client or an upstream
 * chose is quoted and escaped, so that it can forge neither a pair nor a line.
 */
final class LogLine {
    private final LoggingEventBuilder event;
    private final StringBuilder text = new StringBuilder(160);

    LogLine(Logger logger, Level level) {
        event = logger.atLevel(level);
    }

    /** Adds a pair; null is left out. */
    LogLine with(String key, Object value) {
        if (value != null) {
            event.addKeyValue(key, value);
            text.append(text.isEmpty() ? "" : " ").append(key).append('=');
            append(value.toString());
        }
        return this;
    }

    void log() {
        event.log(text.toString());
    }

    private void append(String value) {
        if (isPlain(value)) {
            text.append(value);
            return;
        }
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    private static boolean isPlain(String value) {
        return !value.isEmpty()
                && value.chars().allMatch(c -> c > ' ' && c != '"' && c != '\\' && c != '=' && c < 0x7F);
    }
}
