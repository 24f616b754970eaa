package org.smtpgate.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** Lines and raw bytes from one {@link Wire}. */
final class LineStream {
    private static final int LONGEST_LINE = 1 << 20;

    private final Wire wire;
    private byte[] buffer = new byte[16 * 1024];
    private int start;
    private int end;

    LineStream(Wire wire) {
        this.wire = wire;
    }

    /** A line with its own ending, which a strict reader has an opinion on. */
    record Line(String text, boolean crlf) {}

    Line readLine(Duration timeout) throws IOException {
        int scanned = 0;
        while (true) {
            for (int i = start + scanned; i < end; i++) {
                if (buffer[i] == '\n') {
                    return cut(i);
                }
            }
            scanned = end - start;
            if (scanned > LONGEST_LINE) {
                throw new IOException("a line of more than " + LONGEST_LINE + " bytes");
            }
            fill(timeout);
        }
    }

    private Line cut(int newline) {
        boolean crlf = newline > start && buffer[newline - 1] == '\r';
        int length = (crlf ? newline - 1 : newline) - start;
        String text = new String(buffer, start, length, StandardCharsets.UTF_8);
        start = newline + 1;
        return new Line(text, crlf);
    }

    /** How many bytes were read from the wire but not yet used. */
    int buffered() {
        return end - start;
    }

    /** Throws the unused bytes away, and says what they were. */
    String discardBuffered() {
        String text = new String(buffer, start, end - start, StandardCharsets.UTF_8);
        start = end;
        return text;
    }

    /** Takes what bytes there are, or waits for some. */
    int take(Duration timeout, Taker taker) throws IOException {
        if (start == end) {
            fill(timeout);
        }
        int used = taker.take(buffer, start, end);
        start += used;
        return used;
    }

    /** Uses bytes from a part of an array, and says how many. */
    interface Taker {
        int take(byte[] bytes, int from, int to);
    }

    private void fill(Duration timeout) throws IOException {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        end += wire.read(buffer, end, timeout);
    }
}
