package org.smtpgate.auth.http;

import java.nio.charset.StandardCharsets;

/**
 * A line of an HTTP request, octet for octet.
 *
 * @param value without the end of the line
 */
record Header(String name, byte[] value) {

    static Header of(String name, String value) {
        return new Header(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** It may hold a password. */
    @Override
    public String toString() {
        return name + ": ***";
    }
}
