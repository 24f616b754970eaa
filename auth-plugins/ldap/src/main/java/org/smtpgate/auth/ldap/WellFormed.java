package org.smtpgate.auth.ldap;

import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/** Whether a text can be a login or a password at all; one that cannot is nobody's, and no server is asked. */
final class WellFormed {
    private static final int MAX_LOGIN_OCTETS = 512;
    private static final int MAX_PASSWORD_OCTETS = 1024;

    private WellFormed() {}

    static boolean login(String text) {
        return fits(text, MAX_LOGIN_OCTETS) && text.chars().noneMatch(Character::isISOControl);
    }

    /** An empty password would be an anonymous bind, and a success (RFC 4513 section 5.1.2); a NUL ends it for crypt. */
    static boolean password(String text) {
        return fits(text, MAX_PASSWORD_OCTETS) && text.indexOf('\0') < 0;
    }

    /** What UTF-8 cannot spell would be sent as question marks, so as another text. */
    private static boolean fits(String text, int octets) {
        if (text.isEmpty() || text.length() > octets) {
            return false;
        }
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
        return encoder.canEncode(text) && text.getBytes(StandardCharsets.UTF_8).length <= octets;
    }
}
