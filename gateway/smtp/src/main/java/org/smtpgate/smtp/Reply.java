package org.smtpgate.smtp;

import java.util.List;

/**
 * A reply (RFC 5321 section 4.2): a code and one or more lines of text, enhanced status code included.
 *
 * <p>The characters of a line stand for octets (ISO 8859-1), so that an upstream's text is passed on as it came.
 */
public record Reply(int code, List<String> lines) {

    public Reply {
        lines = List.copyOf(lines);
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("a reply of no line would leave a command unanswered");
        }
    }

    /** A reply of one line with an enhanced status code (RFC 3463). */
    public static Reply of(int code, String status, String text) {
        return new Reply(code, List.of(status + " " + text));
    }

    /** The first digit: 2 for done, 3 for go on, 4 for a transient and 5 for a permanent failure. */
    public int severity() {
        return code / 100;
    }

    public boolean isPositive() {
        return code < 400;
    }

    /** Code and text on one line, for logs. */
    @Override
    public String toString() {
        return code + " " + String.join(" / ", lines);
    }
}
