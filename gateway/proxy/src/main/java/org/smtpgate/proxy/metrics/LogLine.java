package org.smtpgate.proxy.metrics;

import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;
import org.smtpgate.smtp.Characters;

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
        value.codePoints().forEach(this::escape);
        text.append('"');
    }

    private void escape(int c) {
        if (c == '"' || c == '\\') {
            text.append('\\').append((char) c);
        } else if (isInvisible(c)) {
            text.append(String.format("\\u%04x", c));
        } else {
            text.appendCodePoint(c);
        }
    }

    /** What ends a line somewhere, or moves, hides or reverses the text around it. */
    private static boolean isInvisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    private static boolean isPlain(String value) {
        return !value.isEmpty() && Characters.all(value, c -> c > ' ' && c != '"' && c != '\\' && c != '=' && c < 0x7F);
    }
}
