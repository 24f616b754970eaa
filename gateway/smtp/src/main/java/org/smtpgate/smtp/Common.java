package org.smtpgate.smtp;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What two servers have in common, by the parameters of one EHLO keyword. Null where nothing can be said that is true of
 * both: then the extension is not offered.
 */
final class Common {
    private Common() {}

    /** The keyword has no parameter that matters. */
    static String none(String one, String other) {
        return "";
    }

    static String same(String one, String other) {
        return one.equalsIgnoreCase(other) ? one : null;
    }

    /** The words of the one that the other has too. */
    static String words(String one, String other) {
        List<String> words = new ArrayList<>(List.of(one.split(" ")));
        words.retainAll(List.of(other.split(" ")));
        return words.isEmpty() ? null : String.join(" ", words);
    }

    /** Of two limits of which 0, and none at all, is no limit. */
    static String leastSize(String one, String other) {
        long first = number(one);
        long second = number(other);
        return String.valueOf(first == 0 || second == 0 ? Math.max(first, second) : Math.min(first, second));
    }

    /** Of two lower bounds; one that has none takes anything. */
    static String greatest(String one, String other) {
        long most = Math.max(number(one), number(other));
        return most == 0 ? "" : String.valueOf(most);
    }

    /** Of an interval and a date each the lesser. */
    static String earliest(String one, String other) {
        try {
            String[] first = one.split(" ");
            String[] second = other.split(" ");
            Instant firstDate = OffsetDateTime.parse(first[1]).toInstant();
            boolean mine = firstDate.isBefore(OffsetDateTime.parse(second[1]).toInstant());
            return Math.min(number(first[0]), number(second[0])) + " " + (mine ? first[1] : second[1]);
        } catch (DateTimeParseException | ArrayIndexOutOfBoundsException e) {
            return null;
        }
    }

    static String limits(String one, String other) {
        StringBuilder least = new StringBuilder();
        for (ServerLimit limit : ServerLimit.values()) {
            long most = Math.min(limit.in(one), limit.in(other));
            if (most < ServerLimit.UNLIMITED) {
                least.append(least.isEmpty() ? "" : " ")
                        .append(limit)
                        .append('=')
                        .append(most);
            }
        }
        return least.toString();
    }

    /** The number that a parameter is; 0 for what is none. */
    static long number(String text) {
        return Math.max(0, Digits.number(text));
    }

    /** The number behind {@code name=}; the other one when it is not there. */
    static long number(String parameter, String name, long otherwise) {
        if (parameter.isEmpty()) {
            return otherwise;
        }
        return Arrays.stream(parameter.split(" "))
                .filter(word -> word.regionMatches(true, 0, name + "=", 0, name.length() + 1))
                .mapToLong(word -> number(word.substring(name.length() + 1)))
                .filter(most -> most > 0)
                .min()
                .orElse(otherwise);
    }
}
