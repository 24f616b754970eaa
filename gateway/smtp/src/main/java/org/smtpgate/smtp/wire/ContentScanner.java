package org.smtpgate.smtp.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Finds the end of message data: exactly CRLF.CRLF (RFC 5321 section 4.1.1.4), where the CRLF before the dot may be
 * that of the DATA command.
 *
 * <p>Holds no byte of the content. Both sides of the gateway speak dot-stuffed lines, so nothing is stuffed or
 * unstuffed, and all that is looked at are line ends.
 */
public final class ContentScanner {
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long BEHIND_CR = ONES * ('\r' + 1);

    private State state = State.LINE_START;
    private long octets;
    /** Of these octets, those that are not the message's: dots of the stuffing, and the final line. */
    private long added;

    /** What stopped a scan. */
    public enum Outcome {
        /** All bytes given belong to the content, and it goes on. */
        MORE,
        /** The content ended; the buffer stands behind its last byte. */
        END,
        /** A CR or an LF stood alone; the buffer stands behind the byte that showed it. Scanning may go on. */
        BARE_NEWLINE
    }

    private enum State {
        LINE_START(0),
        DOT(1),
        DOT_CR(2),
        TEXT(0),
        CR(0);

        /** How many octets, read last, may turn out to be of the final line. */
        private final int undecided;

        State(int undecided) {
            this.undecided = undecided;
        }
    }

    /**
     * The size of the message so far as RFC 1870 section 3 counts it: without stuffed dots, and without the final line.
     */
    public long messageOctets() {
        return octets - added - state.undecided;
    }

    /** Whether a CR was read last, whose LF may come: if nothing does, it stands alone. */
    public boolean awaitsLf() {
        return state == State.CR || state == State.DOT_CR;
    }

    /** Advances the buffer's position over bytes that belong to the content. */
    public Outcome scan(ByteBuffer in) {
        int from = in.position();
        Outcome outcome = scanToEvent(in);
        octets += in.position() - from;
        return outcome;
    }

    private Outcome scanToEvent(ByteBuffer in) {
        while (in.hasRemaining()) {
            if (state == State.TEXT) {
                skipLines(in);
                if (!in.hasRemaining()) {
                    return Outcome.MORE;
                }
            }
            Outcome outcome = step(in.get());
            if (outcome != Outcome.MORE) {
                return outcome;
            }
        }
        return Outcome.MORE;
    }

    private Outcome step(byte b) {
        State before = state;
        if (b == '\r') {
            state = before == State.DOT ? State.DOT_CR : State.CR;
            return before == State.CR || before == State.DOT_CR ? Outcome.BARE_NEWLINE : Outcome.MORE;
        }
        if (b == '\n') {
            state = before == State.CR || before == State.DOT_CR ? State.LINE_START : State.TEXT;
            if (before == State.DOT_CR) {
                added += 3;
                return Outcome.END;
            }
            return before == State.CR ? Outcome.MORE : Outcome.BARE_NEWLINE;
        }
        state = before == State.LINE_START && b == '.' ? State.DOT : State.TEXT;
        added += before == State.DOT ? 1 : 0;
        return before == State.CR || before == State.DOT_CR ? Outcome.BARE_NEWLINE : Outcome.MORE;
    }

    /** Moves within text, over all line ends that another line of text follows, to the first of the others. */
    private static void skipLines(ByteBuffer in) {
        int limit = in.limit();
        int at = newline(in, in.position(), limit);
        while (at + 2 < limit && in.get(at) == '\r' && in.get(at + 1) == '\n' && isText(in.get(at + 2))) {
            at = newline(in, at + 3, limit);
        }
        in.position(at);
    }

    private static boolean isText(byte first) {
        return first != '.' && first != '\r' && first != '\n';
    }

    /** Moves to the next CR or LF. */
    static void skipText(ByteBuffer in) {
        in.position(newline(in, in.position(), in.limit()));
    }

    /**
     * Where the next CR or LF is, eight bytes at a time: lines are long, and this is where content spends its time.
     *
     * @return {@code limit} when there is none
     */
    private static int newline(ByteBuffer in, int from, int limit) {
        int at = from;
        while (at + Long.BYTES <= limit) {
            long read = in.getLong(at);
            if (controls(read) == 0) {
                at += Long.BYTES;
            } else {
                at += first(controls(in.order() == ByteOrder.BIG_ENDIAN ? Long.reverseBytes(read) : read));
                if (isNewline(in.get(at))) {
                    return at;
                }
                // Another control character, such as a tab.
                at++;
            }
        }
        while (at < limit && !isNewline(in.get(at))) {
            at++;
        }
        return at;
    }

    private static boolean isNewline(byte b) {
        return b == '\r' || b == '\n';
    }

    /** Of the bytes that were found; the lowest one is right, and those above it may not be. */
    private static int first(long found) {
        return Long.numberOfTrailingZeros(found) / Byte.SIZE;
    }

    /** Not 0 if one of the bytes is below 0x0E, as CR and LF are, and little else in text. */
    private static long controls(long word) {
        return (word - BEHIND_CR) & ~word & HIGHS;
    }
}
