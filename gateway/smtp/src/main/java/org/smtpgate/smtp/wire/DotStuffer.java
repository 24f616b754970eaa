package org.smtpgate.smtp.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Makes content without framing, as it comes in chunks (RFC 3030), fit for DATA: doubles the dots at the beginning of
 * lines, and ends it (RFC 5321 section 4.5.2).
 *
 * <p>A CR or an LF that stands alone becomes CRLF: to an upstream that takes it for the end of a line, a dot behind it
 * would be the end of the message, and the rest another one (CVE-2023-51764 and its kin).
 */
public final class DotStuffer {
    private State state = State.LINE_START;

    private enum State {
        LINE_START,
        TEXT,
        /** Behind a CR, which is passed on already: if no LF follows, one is put in. */
        CR
    }

    /**
     * Uses all bytes given.
     *
     * @return the bytes to pass on: the buffer given itself, as it was, if nothing is to be put in; else a new one, no
     *     more than twice as long and one octet
     */
    public ByteBuffer stuff(ByteBuffer content) {
        State before = state;
        int missing = pass(content.duplicate(), null);
        if (missing == 0) {
            return content;
        }
        state = before;
        ByteBuffer out = ByteBuffer.allocate(content.remaining() + missing);
        pass(content, out);
        return out.flip();
    }

    /** What ends the content: a line of a dot, behind the CRLF that the content may lack. */
    public byte[] end() {
        String missing = switch (state) {
            case LINE_START -> "";
            case CR -> "\n";
            case TEXT -> "\r\n";
        };
        return (missing + ".\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Goes over the bytes.
     *
     * @param out where to put the result; null to count only
     * @return how many octets are put in
     */
    private int pass(ByteBuffer in, ByteBuffer out) {
        int added = 0;
        while (in.hasRemaining()) {
            if (state == State.TEXT) {
                text(in, out);
            }
            if (in.hasRemaining()) {
                added += step(in.get(), out);
            }
        }
        return added;
    }

    /** Up to the next newline. */
    private void text(ByteBuffer in, ByteBuffer out) {
        int from = in.position();
        ContentScanner.skipText(in);
        if (out != null) {
            out.put(in.duplicate().limit(in.position()).position(from));
        }
    }

    private int step(byte b, ByteBuffer out) {
        int added = 0;
        if (state == State.CR && b != '\n') {
            added += put('\n', out);
            state = State.LINE_START;
        }
        if (state != State.CR && b == '\n') {
            added += put('\r', out);
        } else if (state == State.LINE_START && b == '.') {
            added += put('.', out);
        }
        put(b, out);
        state = b == '\r' ? State.CR : b == '\n' ? State.LINE_START : State.TEXT;
        return added;
    }

    private static int put(int octet, ByteBuffer out) {
        if (out != null) {
            out.put((byte) octet);
        }
        return 1;
    }
}
