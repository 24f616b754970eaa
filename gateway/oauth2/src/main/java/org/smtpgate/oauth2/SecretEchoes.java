package org.smtpgate.oauth2;

import java.util.List;

/** Takes out of a text what it repeats of secrets, whole or in part. */
final class SecretEchoes {

    /** A shorter piece is as likely a word as a piece of a secret. */
    static final int LEAST_PIECE = 8;

    private SecretEchoes() {}

    /** The text with each piece of a secret replaced by three stars. Takes time in proportion to both lengths. */
    static String removed(String text, List<String> secrets) {
        String rest = text;
        for (String secret : secrets) {
            rest = rest.replace(secret, "***");
        }
        StringBuilder result = new StringBuilder(rest.length());
        int at = 0;
        while (at < rest.length()) {
            int end = endOfPiece(rest, at, secrets);
            if (end > at) {
                result.append("***");
                at = end;
            } else {
                result.append(rest.charAt(at++));
            }
        }
        return result.toString();
    }

    /** Where the longest piece of a secret that begins here ends; {@code from} when none does. */
    private static int endOfPiece(String text, int from, List<String> secrets) {
        int longest = from;
        for (String secret : secrets) {
            int end = from + LEAST_PIECE;
            while (end <= text.length() && secret.contains(text.substring(from, end))) {
                longest = Math.max(longest, end);
                end++;
            }
        }
        return longest;
    }
}
