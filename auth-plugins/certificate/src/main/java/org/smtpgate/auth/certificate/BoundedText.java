package org.smtpgate.auth.certificate;

import java.util.regex.Pattern;
import org.smtpgate.auth.UndecidableLoginException;

/**
 * A name that a pattern may look at so often and no more. Some patterns take twice as long for each further character of a
 * name that does not fit, and they are tried on an event loop.
 */
final class BoundedText implements CharSequence {
    /** About a millisecond, and each of 300 characters 300 times. */
    private static final int LOOKS_MAX = 100_000;

    private final String text;
    private final Pattern pattern;
    private int looks;

    BoundedText(String text, Pattern pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    @Override
    public int length() {
        return text.length();
    }

    /** @throws UndecidableLoginException when the pattern has had its time */
    @Override
    public char charAt(int index) {
        looks++;
        if (looks > LOOKS_MAX) {
            throw new UndecidableLoginException(
                    "the pattern " + pattern + " takes too long for a name in the certificate");
        }
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
