package org.smtpgate.smtp;

/** Numbers as SMTP spells them. */
public final class Digits {
    /** RFC 1870 section 4, RFC 3030 section 2. */
    private static final int DIGITS_MAX = 20;

    private Digits() {}

    /** A number of up to 20 digits, or -1; one that is too large for a long is cut down. */
    public static long number(String digits) {
        if (digits.isEmpty() || digits.length() > DIGITS_MAX) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            boolean fits = value <= (Long.MAX_VALUE - digit) / 10;
            value = fits ? 10 * value + digit : Long.MAX_VALUE;
        }
        return value;
    }
}
