package org.smtpgate.smtp.wire;

import java.nio.ByteBuffer;

/**
 * Rewrites a bare CR or LF in content as CRLF, for listeners that let old clients in.
 *
 * <p>Only a true CRLF.CRLF ends the content. A lone dot between line ends of which one was bare would become such an
 * end by rewriting, and let a sender smuggle a second message through (CVE-2023-51764 and its kin): it gets a second
 * dot, and so arrives as a line with one dot.
 */
public final class NewlineNormalizer {
    private boolean heldCr;
    private boolean lineStart = true;
    private boolean loneDot;
    /** Whether the line began behind a true CRLF. */
    private boolean cleanStart = true;

    private boolean ended;

    /**
     * Rewrites up to the end of the content at most, and advances the buffer's position over what it took.
     *
     * @return the bytes to pass on
     */
    public ByteBuffer rewrite(ByteBuffer in) {
        // The longest expansion: ".\n" with a dot that came earlier becomes ".\r\n", "\r" held becomes "\r\n".
        ByteBuffer out = ByteBuffer.allocate(3 * in.remaining() + 3);
        while (in.hasRemaining() && !ended) {
            take(in.get(), out);
        }
        return out.flip();
    }

    /** Whether the end of the content has been passed on. */
    public boolean ended() {
        return ended;
    }

    private void take(byte b, ByteBuffer out) {
        if (heldCr) {
            heldCr = false;
            newline(b == '\n', out);
            if (b == '\n') {
                return;
            }
        }
        if (b == '\r') {
            heldCr = true;
        } else if (b == '\n') {
            newline(false, out);
        } else {
            loneDot = lineStart && b == '.';
            lineStart = false;
            out.put(b);
        }
    }

    private void newline(boolean clean, ByteBuffer out) {
        if (loneDot && clean && cleanStart) {
            ended = true;
        } else if (loneDot) {
            out.put((byte) '.');
        }
        out.put((byte) '\r').put((byte) '\n');
        cleanStart = clean;
        lineStart = true;
        loneDot = false;
    }
}
