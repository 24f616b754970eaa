package org.smtpgate.smtp;

import java.util.function.IntPredicate;

/** Questions about each character of a text; for every command and reply, where a stream costs more than the answer. */
public final class Characters {
    private Characters() {}

    public static boolean all(String text, IntPredicate fit) {
        for (int index = 0; index < text.length(); index++) {
            if (!fit.test(text.charAt(index))) {
                return false;
            }
        }
        return true;
    }

    public static boolean any(String text, IntPredicate fit) {
        for (int index = 0; index < text.length(); index++) {
            if (fit.test(text.charAt(index))) {
                return true;
            }
        }
        return false;
    }
}
