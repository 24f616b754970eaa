package org.smtpgate.tokens;

/** The form that every bearer token has (RFC 6750 section 2.1). */
public final class BearerToken {
    /** An AUTH line has 12288 octets at most (RFC 4954 section 4), in base64. */
    private static final int MAX_CHARACTERS = 12 * 1024;

    private static final String PUNCTUATION = "-._~+/=";

    private BearerToken() {}

    /** @throws RefusedTokenException when a text cannot be one, and need be shown to nobody */
    public static void check(String token) {
        boolean fits = !token.isEmpty() && token.length() <= MAX_CHARACTERS;
        if (!fits || !token.chars().allMatch(BearerToken::isAllowed)) {
            throw new RefusedTokenException(Refusal.MALFORMED, "it has not the form of a token");
        }
    }

    private static boolean isAllowed(int c) {
        return c < 128 && (Character.isLetterOrDigit(c) || PUNCTUATION.indexOf(c) >= 0);
    }
}
