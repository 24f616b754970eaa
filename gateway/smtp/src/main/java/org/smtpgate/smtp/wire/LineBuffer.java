package org.smtpgate.smtp.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Cuts lines from chunks of bytes, and holds no more than one line of bounded length.
 *
 * <p>A line that is too long is read to its end and thrown away, so that its tail is never taken for a command.
 */
public final class LineBuffer {
    private static final int USUAL_LINE = 128;

    private final int limit;
    private byte[] bytes = new byte[USUAL_LINE];
    private int length;
    private boolean overflown;
    private long swallowed;
    private String line = "";

    /** What became of the bytes taken. */
    public enum Outcome {
        /** The line's end is not in sight. */
        MORE,
        /** {@link #line()} has a line that ended with CR LF. */
        LINE,
        /** {@link #line()} has a line that ended with a bare LF. */
        BARE,
        /** A line beyond the limit has ended; it is gone. */
        TOO_LONG
    }

    /** @param limit the longest line in octets, its end included */
    public LineBuffer(int limit) {
        this.limit = limit;
    }

    /** Takes bytes up to the end of a line at most. */
    public Outcome take(ByteBuffer in) {
        while (in.hasRemaining()) {
            byte b = in.get();
            if (b == '\n') {
                return lineEnded();
            }
            append(b);
        }
        return Outcome.MORE;
    }

    /** The line last completed, without its end; one character an octet. */
    public String line() {
        return line;
    }

    /** Whether no part of a line is held. */
    public boolean isEmpty() {
        return length == 0 && !overflown;
    }

    /** How many octets of a line that is too long were thrown away, for as long as its end has not come. */
    public long swallowed() {
        return swallowed;
    }

    private void append(byte b) {
        // The LF to come counts too.
        if (overflown || length + 2 > limit) {
            overflown = true;
            swallowed++;
            return;
        }
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(limit, 2 * length));
        }
        bytes[length++] = b;
    }

    private Outcome lineEnded() {
        boolean tooLong = overflown;
        boolean bare = length == 0 || bytes[length - 1] != '\r';
        line = tooLong ? "" : new String(bytes, 0, bare ? length : length - 1, StandardCharsets.ISO_8859_1);
        length = 0;
        overflown = false;
        swallowed = 0;
        if (bytes.length > USUAL_LINE) {
            // A long line may have held a secret, and an idle session is to be small.
            bytes = new byte[USUAL_LINE];
        }
        if (tooLong) {
            return Outcome.TOO_LONG;
        }
        return bare ? Outcome.BARE : Outcome.LINE;
    }
}
