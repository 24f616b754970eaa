package org.smtpgate.smtp.receiver;

import java.nio.ByteBuffer;
import org.smtpgate.smtp.wire.LineBuffer;

/** The client's bytes: the one buffer that was given last, the unfinished line, and whether there will be more. */
final class Input {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final LineBuffer line;
    private ByteBuffer bytes = NOTHING;
    private boolean ended;
    private long skip;

    Input(int lineOctetsMax) {
        line = new LineBuffer(lineOctetsMax);
    }

    void give(ByteBuffer next) {
        if (bytes.hasRemaining()) {
            throw new IllegalStateException("bytes before the last ones were used up");
        }
        bytes = next;
    }

    void end() {
        ended = true;
    }

    boolean hasRemaining() {
        return bytes.hasRemaining();
    }

    /** Whether all has been read that will ever come. */
    boolean exhausted() {
        return ended && !bytes.hasRemaining();
    }

    /** Whether no byte waits, not even that of an unfinished line. */
    boolean isEmpty() {
        return !bytes.hasRemaining() && line.isEmpty() && skip == 0;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    LineBuffer.Outcome takeLine() {
        return line.take(bytes);
    }

    String line() {
        return line.line();
    }

    /** The next octets are of no interest. */
    void skip(long octets) {
        skip = octets;
    }

    /** Passes over octets that are to be skipped; false when none are. */
    boolean skipped() {
        int octets = (int) Math.min(skip, bytes.remaining());
        bytes.position(bytes.position() + octets);
        skip -= octets;
        return octets > 0;
    }

    /** Forgets what was not read. */
    void drop() {
        bytes = NOTHING;
    }
}
