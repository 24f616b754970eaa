package org.smtpgate.smtp.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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
    /** Eight bytes of a buffer, the first one lowest, whatever the buffer's own order is. */
    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

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
    private void skipLines(ByteBuffer in) {
        int limit = in.limit();
        int line = in.position();
        int length = 0;
        int at = newline(in, line, limit);
        while (textFollows(in, at, limit)) {
            int before = length;
            length = at - line;
            line = at + 2;
            // Base64 has lines of one length: to look whether it is so again takes half the time of a search.
            boolean alike = length == before && isNextNewline(in, line, line + length, limit);
            at = alike ? line + length : newline(in, line + 1, limit);
        }
        in.position(at);
    }

    /** Whether there is a line end, and a line behind it that is not the final one, as far as can be seen. */
    private boolean textFollows(ByteBuffer in, int at, int limit) {
        if (at + 3 >= limit || in.get(at) != '\r' || in.get(at + 1) != '\n' || isNewline(in.get(at + 2))) {
            return false;
        }
        boolean dot = in.get(at + 2) == '.';
        if (dot && isNewline(in.get(at + 3))) {
            return false;
        }
        added += dot ? 1 : 0;
        return true;
    }

    /** Whether the next CR or LF is the CR at {@code to}; by all words up to there, and no branch for any of them. */
    private static boolean isNextNewline(ByteBuffer in, int from, int to, int limit) {
        if (to >= limit || in.get(to) != '\r' || to - from < Long.BYTES) {
            return false;
        }
        long found = below(word(in, to - Long.BYTES));
        int at = from;
        for (; at + 4 * Long.BYTES <= to; at += 4 * Long.BYTES) {
            found |= below(word(in, at))
                    | below(word(in, at + Long.BYTES))
                    | below(word(in, at + 2 * Long.BYTES))
                    | below(word(in, at + 3 * Long.BYTES));
        }
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            found |= below(word(in, at));
        }
        return (found & HIGHS) == 0;
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
            long found = below(word(in, at)) & HIGHS;
            if (found == 0) {
                at += Long.BYTES;
            } else {
                at += first(found);
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

    private static long word(ByteBuffer in, int at) {
        return (long) WORD.get(in, at);
    }

    /** The high bit of a byte is set if it, or one below it, is less than 0x0E, as CR and LF are, and little else in text. */
    private static long below(long word) {
        return (word - BEHIND_CR) & ~word;
    }
}
