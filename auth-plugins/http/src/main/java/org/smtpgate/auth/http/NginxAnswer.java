package org.smtpgate.auth.http;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the octets of an {@code auth_http} service's answer as nginx does: a status line that does not matter, headers up
 * to an empty line, and no body. Header lines end with LF or CRLF. Confined to one event loop.
 */
final class NginxAnswer {
    /** nginx stops at 1024 octets; more would be no answer either, but attributes may need some. */
    static final int MAX_OCTETS = 8 * 1024;

    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9][A-Za-z0-9-]*)(?:: *([^\\r]*?) *)?");

    private final Buffer octets = Buffer.buffer();
    private final List<NginxHeader> headers = new ArrayList<>();
    private int read;
    private boolean complete;

    /**
     * Takes more octets.
     *
     * @throws IllegalArgumentException for what is no answer; the message does not quote it
     */
    void take(Buffer more) {
        if (octets.length() + more.length() > MAX_OCTETS) {
            throw new IllegalArgumentException("the answer's headers are longer than " + MAX_OCTETS + " octets");
        }
        octets.appendBuffer(more);
        while (!complete) {
            int end = read;
            while (end < octets.length() && octets.getByte(end) != '\n') {
                end++;
            }
            if (end == octets.length()) {
                return;
            }
            boolean first = read == 0;
            String line = octets.getString(read, end, "ISO-8859-1");
            read = end + 1;
            line(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line, first);
        }
    }

    private void line(String line, boolean first) {
        if (first && line.startsWith("HTTP/")) {
            return;
        }
        if (line.isEmpty()) {
            complete = true;
            return;
        }
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("the answer has a line that is no header");
        }
        headers.add(new NginxHeader(matcher.group(1), matcher.group(2) == null ? "" : matcher.group(2)));
    }

    /** Whether the empty line has come: nothing after it matters. */
    boolean complete() {
        return complete;
    }

    /** Whether nothing has come. */
    boolean isEmpty() {
        return octets.length() == 0;
    }

    List<NginxHeader> headers() {
        return headers;
    }

    /** A header as it came, its value in ISO 8859-1. */
    record NginxHeader(String name, String value) {
        /** The octets taken as UTF-8. */
        String text() {
            return new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        }

        /** It may hold a password. */
        @Override
        public String toString() {
            return name + ": ***";
        }
    }
}
