package org.smtpgate.auth.http;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * nginx' escaping of what clients say (its {@code NGX_ESCAPE_MAIL_AUTH}): space, {@code %} and control characters are
 * percent-encoded, so that no value ends its header; all other octets stay as they are, UTF-8 included.
 */
final class Escape {
    private static final String HEX = "0123456789ABCDEF";

    private Escape() {}

    static byte[] of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] of(byte[] octets) {
        Buffer escaped = Buffer.buffer(octets.length + 16);
        for (byte octet : octets) {
            if (octet >= 0 && octet <= ' ' || octet == '%') {
                escaped.appendByte((byte) '%')
                        .appendByte((byte) HEX.charAt(octet >> 4))
                        .appendByte((byte) HEX.charAt(octet & 0xf));
            } else {
                escaped.appendByte(octet);
            }
        }
        return escaped.getBytes();
    }

    /** Whether it can be sent at all: half a surrogate pair would arrive as a question mark, and so as another text. */
    static boolean encodable(String text) {
        try {
            ByteBuffer octets = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return octets.hasRemaining() || text.isEmpty();
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
