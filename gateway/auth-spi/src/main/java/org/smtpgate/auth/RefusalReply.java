package org.smtpgate.auth;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A backend's own words for a login that is not taken: what the client is to read in place of the gateway's. Safe to send
 * as it is: one line of printable ASCII.
 *
 * @param code 400 to 599, but not 421, which would announce that the session ends
 * @param status the enhanced status code (RFC 3463), of the code's class
 * @param text what follows them; not empty
 */
public record RefusalReply(int code, String status, String text) {
    private static final Pattern CODES = Pattern.compile("([45]\\d\\d)(?:[ \\t]+(\\d)\\.(\\d{1,3})\\.(\\d{1,3}))?");
    private static final int MAX_TEXT = 400;
    private static final int CLOSING = 421;

    public RefusalReply {
        if (code < 400 || code > 599 || code == CLOSING) {
            throw new IllegalArgumentException("no code that refuses a login: " + code);
        }
        if (!status.matches("[45]\\.\\d{1,3}\\.\\d{1,3}") || status.charAt(0) - '0' != code / 100) {
            throw new IllegalArgumentException("no status of the class of " + code);
        }
        if (!text.equals(sanitised(text)) || text.isEmpty()) {
            throw new IllegalArgumentException("text must be one line of printable ASCII");
        }
    }

    /**
     * Made of what a server said, which is not trusted to be fit for a reply.
     *
     * @param codes such as {@code 535 5.7.8}; without a status, or with one of another class, it gets X.7.0
     * @param text anything; what is not printable ASCII becomes {@code ?}, and what is too long is cut
     * @return empty when these are no codes that refuse
     */
    public static Optional<RefusalReply> of(String codes, String text) {
        Matcher matcher = CODES.matcher(codes.strip());
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) == CLOSING) {
            return Optional.empty();
        }
        String clean = sanitised(text);
        return Optional.of(new RefusalReply(
                Integer.parseInt(matcher.group(1)), status(matcher), clean.isEmpty() ? "Login refused" : clean));
    }

    /** Whether the client may come again with the same credentials: nobody could tell that they are wrong. */
    public boolean temporary() {
        return code < 500;
    }

    private static String status(Matcher matcher) {
        String category = matcher.group(1).substring(0, 1);
        return category.equals(matcher.group(2))
                ? category + "." + matcher.group(3) + "." + matcher.group(4)
                : category + ".7.0";
    }

    private static String sanitised(String text) {
        String clean = text.replaceAll("[^\\x20-\\x7e]", "?").strip();
        return clean.length() > MAX_TEXT ? clean.substring(0, MAX_TEXT).strip() : clean;
    }

    /** As the reply's line reads. */
    @Override
    public String toString() {
        return code + " " + status + " " + text;
    }
}
