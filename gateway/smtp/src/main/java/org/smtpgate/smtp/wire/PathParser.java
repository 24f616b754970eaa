package org.smtpgate.smtp.wire;

import java.util.List;
import org.smtpgate.smtp.Address;
import org.smtpgate.smtp.Characters;

/**
 * Reads {@code <path>} and what follows it.
 *
 * <p>Strict about what keeps an address apart from the rest of the line (brackets, quotes, control characters), lenient
 * about what only its final host can judge (dots in odd places, lengths): refusing mail for those is the upstream's
 * right.
 */
final class PathParser {
    private static final String SPECIALS = "<>()[]\\,;:\"@ \t";

    private final String text;
    private int at;
    private Address address;
    private List<String> parameters = List.of();

    private PathParser(String text) {
        this.text = text;
    }

    /** Null when the text does not begin with the keyword and an opening bracket. */
    static PathParser after(String keyword, String rest) {
        if (!rest.regionMatches(true, 0, keyword, 0, keyword.length())) {
            return null;
        }
        PathParser parser = new PathParser(rest.substring(keyword.length()).stripLeading());
        if (!parser.accept('<')) {
            return null;
        }
        parser.parse();
        return parser;
    }

    /** Null when the path is not valid. */
    Address address() {
        return address;
    }

    List<String> parameters() {
        return parameters;
    }

    private void parse() {
        Address found = path();
        if (found == null || !accept('>') || Characters.any(found.mailbox(), Character::isISOControl)) {
            return;
        }
        String rest = text.substring(at);
        if (rest.isEmpty() || rest.charAt(0) == ' ') {
            address = found;
            parameters = rest.isBlank() ? List.of() : List.of(rest.strip().split(" +"));
        }
    }

    private Address path() {
        if (peek() == '>') {
            return Address.NULL;
        }
        if (peek() == '@' && !skipRoute()) {
            return null;
        }
        int start = at;
        if (!localPart()) {
            return null;
        }
        if (accept('@')) {
            return domain() ? new Address(text.substring(start, at)) : null;
        }
        String local = text.substring(start, at);
        return local.equalsIgnoreCase("postmaster") ? new Address(local) : null;
    }

    /** A source route {@code @a,@b:} says nothing that still matters (RFC 5321 appendix C). */
    private boolean skipRoute() {
        do {
            if (!accept('@') || !domain()) {
                return false;
            }
        } while (accept(','));
        return accept(':');
    }

    private boolean localPart() {
        return peek() == '"' ? quoted() : atoms();
    }

    private boolean quoted() {
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return true;
            }
            if (c == '\\' && at++ >= text.length()) {
                return false;
            }
        }
        return false;
    }

    private boolean atoms() {
        int start = at;
        while (at < text.length() && SPECIALS.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at > start;
    }

    private boolean domain() {
        if (accept('[')) {
            int end = text.indexOf(']', at);
            boolean valid = end > at && text.substring(at, end).chars().noneMatch(c -> " <>[\\".indexOf(c) >= 0);
            at = valid ? end + 1 : at;
            return valid;
        }
        int start = at;
        while (at < text.length() && isDomainCharacter(text.charAt(at))) {
            at++;
        }
        return at > start;
    }

    private static boolean isDomainCharacter(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c > 0x7F
                || "-._".indexOf(c) >= 0;
    }

    private int peek() {
        return at < text.length() ? text.charAt(at) : -1;
    }

    private boolean accept(char expected) {
        if (peek() != expected) {
            return false;
        }
        at++;
        return true;
    }
}
