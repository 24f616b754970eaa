package org.smtpgate.app.service;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** Writes log lines on standard error, as many at once as there are. For one thread. */
final class ErrorStreamWriter implements Consumer<List<ILoggingEvent>> {
    private final Encoder<ILoggingEvent> encoder;
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream(16 * 1024);

    ErrorStreamWriter(Encoder<ILoggingEvent> encoder) {
        this.encoder = encoder;
    }

    @Override
    public void accept(List<ILoggingEvent> batch) {
        for (ILoggingEvent event : batch) {
            lines.writeBytes(encoded(event));
        }
        System.err.write(lines.toByteArray(), 0, lines.size());
        System.err.flush();
        lines.reset();
    }

    /** A line that cannot be written must not cost the others. */
    private byte[] encoded(ILoggingEvent event) {
        try {
            return encoder.encode(event);
        } catch (RuntimeException fault) {
            return ("a log line could not be written: " + fault + System.lineSeparator())
                    .getBytes(StandardCharsets.UTF_8);
        }
    }
}
