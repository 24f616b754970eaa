package org.smtpgate.smtp.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.smtpgate.smtp.Characters;
import org.smtpgate.smtp.Reply;

/**
 * Puts replies together from an upstream's bytes (RFC 5321 section 4.2.1).
 *
 * <p>Lines may end with a bare LF, as those of old servers do. The length and number of lines are bounded; whatever is
 * not a reply is {@link Outcome#GARBAGE}, after which the parser is not to be used again.
 */
public final class ReplyParser {
    /** RFC 5321 section 4.5.3.1.5 allows 512; real servers exceed it. */
    private static final int LINE_OCTETS_MAX = 2_048;

    private static final int LINES_MAX = 128;

    private final LineBuffer buffer = new LineBuffer(LINE_OCTETS_MAX);
    private final List<String> lines = new ArrayList<>(2);
    private int code;
    private Reply reply;

    /** What became of the bytes taken. */
    public enum Outcome {
        MORE,
        /** {@link #reply()} has a whole reply. */
        REPLY,
        /** The bytes are not a reply. */
        GARBAGE
    }

    /** Takes bytes up to the end of a reply at most. */
    public Outcome take(ByteBuffer in) {
        while (in.hasRemaining()) {
            switch (buffer.take(in)) {
                case MORE -> {
                    // One that has no end is no reply either.
                    return buffer.swallowed() > 0 ? Outcome.GARBAGE : Outcome.MORE;
                }
                case TOO_LONG -> {
                    return Outcome.GARBAGE;
                }
                case LINE, BARE -> {
                    Outcome outcome = line(buffer.line());
                    if (outcome != Outcome.MORE) {
                        return outcome;
                    }
                }
            }
        }
        return Outcome.MORE;
    }

    /** The reply last completed. */
    public Reply reply() {
        return reply;
    }

    /** Whether no part of a reply is held. */
    public boolean isEmpty() {
        return lines.isEmpty() && buffer.isEmpty();
    }

    private Outcome line(String line) {
        int lineCode = codeOf(line);
        char mark = line.length() > 3 ? line.charAt(3) : ' ';
        boolean fits = lines.isEmpty() || lineCode == code;
        if (lineCode < 0 || !fits || mark != ' ' && mark != '-' || lines.size() == LINES_MAX) {
            return Outcome.GARBAGE;
        }
        code = lineCode;
        lines.add(clean(line.substring(Math.min(4, line.length()))));
        if (mark == '-') {
            return Outcome.MORE;
        }
        reply = new Reply(code, lines);
        lines.clear();
        return Outcome.REPLY;
    }

    private static int codeOf(String line) {
        if (line.length() < 3 || line.charAt(0) < '2' || line.charAt(0) > '5') {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < 3; i++) {
            char c = line.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = 10 * value + c - '0';
        }
        return value;
    }

    /**
     * A stray CR would let an upstream forge a line of the reply that the client reads, and no control character but the
     * tab has a place in a reply (RFC 5321 section 4.2).
     */
    private static String clean(String text) {
        if (!Characters.any(text, ReplyParser::isControl)) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text);
        for (int i = 0; i < clean.length(); i++) {
            if (isControl(clean.charAt(i))) {
                clean.setCharAt(i, ' ');
            }
        }
        return clean.toString();
    }

    private static boolean isControl(int c) {
        return c < ' ' && c != '\t' || c == 0x7F;
    }
}
