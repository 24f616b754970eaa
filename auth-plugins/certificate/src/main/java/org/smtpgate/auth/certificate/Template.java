package org.smtpgate.auth.certificate;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with parts of a match in it: {@code $0} is all that was matched, {@code $1} to {@code $9} are its groups,
 * {@code $$} is a dollar sign.
 */
final class Template {
    private static final Pattern PLACE = Pattern.compile("\\$(.?)", Pattern.DOTALL);

    private final String text;

    private Template(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException when it names a group that the pattern does not have */
    static Template of(String text, Pattern pattern) {
        int groups = pattern.matcher("").groupCount();
        Matcher places = PLACE.matcher(text);
        while (places.find()) {
            String name = places.group(1);
            boolean known = name.equals("$") || name.matches("[0-9]") && Integer.parseInt(name) <= groups;
            if (!known) {
                throw new IllegalArgumentException(
                        "names $" + name + ", but there are $0 to $" + groups + ", and $$ for a dollar sign");
            }
        }
        return new Template(text);
    }

    /** A group that took no part in the match is empty. */
    String of(MatchResult match) {
        return PLACE.matcher(text).replaceAll(place -> Matcher.quoteReplacement(part(place.group(1), match)));
    }

    private static String part(String name, MatchResult match) {
        if (name.equals("$")) {
            return "$";
        }
        String group = match.group(Integer.parseInt(name));
        return group == null ? "" : group;
    }
}
