package org.smtpgate.testkit;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A whole reply as a client read it: its code, and the text of each line behind the code. */
public record Answer(int code, List<String> lines) {
    private static final Pattern ENHANCED_STATUS = Pattern.compile("([245]\\.\\d{1,3}\\.\\d{1,3})(?: |$)");

    /** The text of all lines, joined by newlines. */
    public String text() {
        return String.join("\n", lines);
    }

    /** The enhanced status code of the first line, or nothing between the quotes. */
    public String status() {
        Matcher matcher = ENHANCED_STATUS.matcher(lines.get(0));
        return matcher.lookingAt() ? matcher.group(1) : "";
    }

    /** Whether this answer to EHLO offers an extension, given as a keyword or as a whole line. */
    public boolean offers(String extension) {
        String wanted = extension.toUpperCase(Locale.ROOT);
        return lines.stream()
                .skip(1)
                .map(line -> line.toUpperCase(Locale.ROOT))
                .anyMatch(line -> line.equals(wanted) || line.startsWith(wanted + " "));
    }

    @Override
    public String toString() {
        return code + " " + text();
    }
}
