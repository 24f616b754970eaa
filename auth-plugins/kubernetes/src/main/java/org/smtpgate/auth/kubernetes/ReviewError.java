package org.smtpgate.auth.kubernetes;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code status.error} of a TokenReview. API servers fill it both when they could not review and when a token is bad:
 * then each of their authenticators says why it does not take it, as in {@code [invalid bearer token, service account token
 * has expired]}. Whatever is not known to be said of a bad token is trouble.
 */
final class ReviewError {
    private static final int MAX_PRINTED = 200;

    /** Of kubernetes/kubernetes: apiserver's bearertoken, pkg/serviceaccount's jwt and claims, and go-jose. */
    private static final List<Pattern> OF_TOKENS = patterns(
            "invalid bearer token",
            "service account token has expired",
            "service account token is not valid yet",
            "service account token has been invalidated",
            "token has been invalidated",
            "invalid signature, no keys found",
            "(square/)?go-jose(/go-jose)?(/jwt)?: (error in cryptographic primitive|compact JWS format must have three"
                    + " parts|unexpected signature algorithm .*)",
            "token issuer \"[^\"]*\" is invalid",
            "token audiences \\[[^\\]]*\\] is invalid for the target audiences \\[[^\\]]*\\]",
            "serviceaccounts? \"[^\"]*\" not found",
            "service account [a-z0-9./-]+ has been deleted",
            "service account UID \\([^)]*\\) does not match claim \\([^)]*\\)",
            "(pod|node|secret) UID \\([^)]*\\) does not match service account \\w+ ref claim \\([^)]*\\)");

    private ReviewError() {}

    /** Whether all that is said is that the token is bad. */
    static boolean isOfTheToken(String error) {
        String list = error.startsWith("[") && error.endsWith("]") ? error.substring(1, error.length() - 1) : error;
        String rest = list;
        while (!rest.isEmpty()) {
            String said = rest;
            int end = OF_TOKENS.stream()
                    .map(pattern -> pattern.matcher(said))
                    .filter(Matcher::lookingAt)
                    .mapToInt(Matcher::end)
                    .max()
                    .orElse(0);
            if (end == 0) {
                return false;
            }
            rest = rest.substring(end);
            if (rest.startsWith(", ")) {
                rest = rest.substring(", ".length());
            } else if (!rest.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** On one line, and not for ever: it goes into logs. */
    static String printable(String error) {
        String line = error.replaceAll("[^\\x20-\\x7e]+", " ").strip();
        return line.length() > MAX_PRINTED ? line.substring(0, MAX_PRINTED) + "…" : line;
    }

    private static List<Pattern> patterns(String... expressions) {
        return Arrays.stream(expressions).map(Pattern::compile).toList();
    }
}
