package org.smtpgate.sasl;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads the texts of a client's message: strict UTF-8 or a {@link Malformation}. */
final class ClientText {
    private ClientText() {}

    /**
     * A name that someone goes by. It holds no control character: SASLprep (RFC 4013 section 2.3)
     * prohibits them, and a name ends up in log lines.
     */
    static String name(byte[] bytes, int from, int to) throws Malformation {
        return name(decode(bytes, from, to));
    }

    /** Likewise, decoded. */
    static String name(String name) throws Malformation {
        for (int index = 0; index < name.length(); index++) {
            if (Character.isISOControl(name.charAt(index))) {
                throw new Malformation("control character in a user name");
            }
        }
        return name;
    }

    /** A password: anything but NUL (RFC 4616 section 2), and possibly empty. */
    static String password(byte[] bytes, int from, int to) throws Malformation {
        String password = decode(bytes, from, to);
        if (password.indexOf('\0') >= 0) {
            throw new Malformation("NUL in the password");
        }
        return password;
    }

    static String decode(byte[] bytes, int from, int to) throws Malformation {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Malformation("not valid UTF-8");
        }
    }
}
