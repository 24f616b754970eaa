package org.smtpgate.auth.ldap;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The login that a client named, and what it puts in the place of {@code {login}}, {@code {user}} and {@code {domain}} in a
 * text of the configuration. What it puts there is not read again: it is data.
 */
final class Login {
    static final Set<String> NAMES = Set.of("login", "user", "domain");
    static final String DN = "dn";

    private static final Pattern PLACE = Pattern.compile("\\{([a-z]+)}");

    private final String text;
    private final Map<String, String> values;

    private Login(String text, Map<String, String> values) {
        this.text = text;
        this.values = values;
    }

    /** Its domain is what follows the last {@code @}; without one, it has none. */
    static Login of(String text) {
        Map<String, String> values = new HashMap<>();
        int at = text.lastIndexOf('@');
        values.put("login", text);
        values.put("user", at < 0 ? text : text.substring(0, at));
        values.put("domain", at < 0 ? "" : text.substring(at + 1));
        return new Login(text, values);
    }

    /** Likewise, with the name of its entry for {@code {dn}}. */
    Login named(String dn) {
        Map<String, String> more = new HashMap<>(values);
        more.put(DN, dn);
        return new Login(text, more);
    }

    /** A text with all places filled; none when this login leaves one of them empty. */
    Optional<String> fill(String pattern) {
        Matcher places = PLACE.matcher(pattern);
        StringBuilder filled = new StringBuilder();
        while (places.find()) {
            String value = values.getOrDefault(places.group(1), "");
            if (value.isEmpty()) {
                return Optional.empty();
            }
            places.appendReplacement(filled, Matcher.quoteReplacement(value));
        }
        return Optional.of(places.appendTail(filled).toString());
    }

    /** How many places a text has. */
    static long places(String pattern) {
        return PLACE.matcher(pattern).results().count();
    }

    /** The first name in braces that is none of these. */
    static Optional<String> unknownPlace(String pattern, Set<String> known) {
        return PLACE.matcher(pattern)
                .results()
                .map(place -> place.group(1))
                .filter(name -> !known.contains(name))
                .findFirst();
    }

    @Override
    public String toString() {
        return text;
    }
}
