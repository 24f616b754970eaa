package org.smtpgate.bench.message;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header field that every message of a run carries.
 *
 * @param run which run of the driver
 * @param number of the message in its run, from 0
 * @param checksum CRC-32C of the body as it stands on the wire, without the final line
 * @param bodyOctets length of that body
 */
public record MessageLabel(long run, int number, int checksum, int bodyOctets) {
    private static final String FIELD = "X-Bench: ";
    private static final Pattern FORMAT = Pattern.compile("X-Bench: (\\d{1,18}) (\\d{1,9}) ([0-9a-f]{8}) (\\d{1,9})");

    /** The label in a line of a header, without its CRLF; null if the line is not one, or not a right one. */
    public static MessageLabel in(String line) {
        if (!line.startsWith(FIELD)) {
            return null;
        }
        Matcher field = FORMAT.matcher(line);
        if (!field.matches()) {
            return null;
        }
        return new MessageLabel(
                Long.parseLong(field.group(1)),
                Integer.parseInt(field.group(2)),
                Integer.parseUnsignedInt(field.group(3), 16),
                Integer.parseInt(field.group(4)));
    }

    /** The field with its CRLF; of the same length for all messages of a run. */
    String field() {
        return "X-Bench: %d %09d %08x %09d\r\n".formatted(run, number, checksum, bodyOctets);
    }
}
