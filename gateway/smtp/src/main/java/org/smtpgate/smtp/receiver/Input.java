package org.smtpgate.smtp.receiver;

import java.nio.ByteBuffer;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.wire.LineBuffer;

/**
 * What the client sent and nobody has used: the one buffer that was given last, the unfinished line, a command that waits
 * for its turn; and whether there will be more.
 */
final class Input {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final LineBuffer line;
    private ByteBuffer bytes = NOTHING;
    private Command parked;
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
        return !bytes.hasRemaining() && line.isEmpty() && skip == 0 && parked == null;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    LineBuffer.Outcome takeLine() {
        return line.take(bytes);
    }

    /** How much of a line was thrown away whose end has not come. */
    long swallowed() {
        return line.swallowed();
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

    /** A command was read that must wait until nothing is owed; so must all bytes behind it. */
    void park(Command command) {
        parked = command;
    }

    boolean parked() {
        return parked != null;
    }

    /** The command whose turn has come. */
    Command unpark() {
        Command command = parked;
        parked = null;
        return command;
    }

    /** Forgets what was not used. */
    void drop() {
        bytes = NOTHING;
        parked = null;
    }
}
