package org.smtpgate.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.KeyValuePair;

/** Whatever is logged is one line, of which no message can make two. */
class LogfmtLayoutTest {
    private final LoggerContext context = new LoggerContext();
    private final Logger logger = context.getLogger("org.example.Something");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nothing special | nothing special",
                "a \"quoted\" word | a \\\"quoted\\\" word",
                "C:\\temp | C:\\\\temp",
                "k=v | k=v",
            })
    void aMessageIsOneQuotedValue(String message, String quoted) {
        assertThat(line(message, null)).endsWith(" level=INFO logger=Something msg=\"" + quoted + "\"\n");
    }

    @Test
    void noControlCharacterGetsThrough() {
        assertThat(line("a\r\n\tb\u001b[31m\u0085", null)).endsWith(" msg=\"a\\r\\n\\tb\\u001b[31m\\u0085\"\n");
    }

    @Test
    void aStackTraceIsPartOfTheLine() {
        String line = line("it failed", new IllegalStateException("no \"good\""));

        assertThat(line.lines()).hasSize(1);
        assertThat(line)
                .contains(" msg=\"it failed\" error=\"java.lang.IllegalStateException: no \\\"good\\\"\\n\\tat ")
                .endsWith("\"\n");
    }

    @Test
    void pairsAreNotQuotedAgain() {
        LoggingEvent event = event("session=1 told=\"a b\"", null);
        event.addKeyValuePair(new KeyValuePair("session", 1));

        assertThat(new LogfmtLayout().doLayout(event)).endsWith(" logger=Something session=1 told=\"a b\"\n");
    }

    private String line(String message, Throwable thrown) {
        return new LogfmtLayout().doLayout(event(message, thrown));
    }

    private LoggingEvent event(String message, Throwable thrown) {
        return new LoggingEvent("here", logger, Level.INFO, message, thrown, null);
    }
}
