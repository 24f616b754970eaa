package org.smtpgate.auth.dovecot;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One line of the auth protocol: a command and its fields, parted by TAB. What a field may not hold as it is, is written as
 * the octet 1 and a letter.
 */
record AuthLine(String command, List<String> fields) {
    /** What Dovecot reads at most, the line end included; it hangs up on whoever sends more. */
    static final int MAX_OCTETS = 16_384;

    private static final char ESCAPE = '\1';

    /** The characters that are escaped, each at the place of its letter in {@link #LETTERS}. */
    private static final String ESCAPED = "\0\1\t\r\n";

    private static final String LETTERS = "01trn";

    AuthLine {
        fields = List.copyOf(fields);
    }

    AuthLine(String command, String... fields) {
        this(command, List.of(fields));
    }

    /** Total: whatever a server may send is some line. Octets that are no UTF-8 become U+FFFD. */
    static AuthLine parse(byte[] octets) {
        List<String> parts = Arrays.stream(new String(octets, StandardCharsets.UTF_8).split("\t", -1))
                .map(AuthLine::unescape)
                .toList();
        return new AuthLine(parts.get(0), parts.subList(1, parts.size()));
    }

    /** With its line end. */
    byte[] octets() {
        return Stream.concat(Stream.of(command), fields.stream())
                .map(AuthLine::escape)
                .collect(Collectors.joining("\t", "", "\n"))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The field at a place, from 0; empty where there are fewer. */
    String field(int place) {
        return place < fields.size() ? fields.get(place) : "";
    }

    private static String escape(String field) {
        StringBuilder escaped = new StringBuilder(field.length());
        for (char c : field.toCharArray()) {
            int letter = ESCAPED.indexOf(c);
            if (letter < 0) {
                escaped.append(c);
            } else {
                escaped.append(ESCAPE).append(LETTERS.charAt(letter));
            }
        }
        return escaped.toString();
    }

    private static String unescape(String field) {
        if (field.indexOf(ESCAPE) < 0) {
            return field;
        }
        StringBuilder plain = new StringBuilder(field.length());
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c != ESCAPE) {
                plain.append(c);
            } else if (++i < field.length()) {
                // Dovecot takes an unknown letter as it is.
                int letter = LETTERS.indexOf(field.charAt(i));
                plain.append(letter < 0 ? field.charAt(i) : ESCAPED.charAt(letter));
            }
        }
        return plain.toString();
    }

    /** The command alone: fields hold secrets. */
    @Override
    public String toString() {
        return "AuthLine[" + command + ", ***]";
    }
}
