package org.smtpgate.smtp.wire;

import java.nio.charset.StandardCharsets;

/** The encoding of parameter values in which no octet can end the value or the line (RFC 3461 section 4). */
public final class Xtext {
    private static final String DIGITS = "0123456789ABCDEF";

    private Xtext() {}

    /** Of the text's UTF-8 octets. */
    public static String encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    public static String encode(byte[] octets) {
        StringBuilder encoded = new StringBuilder(octets.length);
        for (byte octet : octets) {
            if (octet > ' ' && octet < 0x7F && octet != '+' && octet != '=') {
                encoded.append((char) octet);
            } else {
                encoded.append('+').append(DIGITS.charAt(octet >> 4 & 0xF)).append(DIGITS.charAt(octet & 0xF));
            }
        }
        return encoded.toString();
    }
}
