package org.smtpgate.sasl;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The messages of mechanisms that say all in one, and what may stand in them. */
final class ClientMessages {

    /** RFC 6750 section 2.1, "b64token". */
    private static final Pattern BEARER_TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private static final Pattern HOST = Pattern.compile("[!-~]*");
    private static final char SEPARATOR = 1;

    private ClientMessages() {}

    /** PLAIN (RFC 4616): {@code [authzid] NUL authcid NUL passwd}. */
    static byte[] plain(ClientCredentials.Password credentials) {
        return utf8(credentials.authorizationId() + '\0' + credentials.username() + '\0' + credentials.password());
    }

    /** OAUTHBEARER (RFC 7628 section 3.1): a GS2 header and key-value pairs. */
    static byte[] oauthBearer(ClientCredentials.Token credentials) {
        StringBuilder message = new StringBuilder("n,");
        if (!mailbox(credentials).isEmpty()) {
            message.append("a=").append(saslname(mailbox(credentials)));
        }
        message.append(',').append(SEPARATOR);
        if (!credentials.host().isEmpty()) {
            message.append("host=").append(credentials.host()).append(SEPARATOR);
        }
        if (credentials.port() > 0) {
            message.append("port=").append(credentials.port()).append(SEPARATOR);
        }
        return utf8(message.append(bearer(credentials)).toString());
    }

    /** XOAUTH2: the user whose mail it is and the token. */
    static byte[] xoauth2(ClientCredentials.Token credentials) {
        return utf8("user=" + mailbox(credentials) + SEPARATOR + bearer(credentials));
    }

    private static String bearer(ClientCredentials.Token credentials) {
        return "auth=Bearer " + credentials.token() + SEPARATOR + SEPARATOR;
    }

    /** Both mechanisms have room for one name: that of the mailbox to act for, the token tells who acts. */
    static String mailbox(ClientCredentials.Token credentials) {
        return credentials.authorizationId().isEmpty() ? credentials.username() : credentials.authorizationId();
    }

    /** RFC 5801 section 4: a comma would end the name. */
    private static String saslname(String name) {
        return name.replace("=", "=3D").replace(",", "=2C");
    }

    static boolean isPlain(ClientCredentials.Password credentials) {
        return isName(credentials.authorizationId())
                && isName(credentials.username())
                && !credentials.username().isEmpty()
                && credentials.password().indexOf('\0') < 0
                && isUnicode(credentials.password());
    }

    static boolean isBearer(ClientCredentials.Token credentials) {
        return isName(mailbox(credentials))
                && BEARER_TOKEN.matcher(credentials.token()).matches()
                && HOST.matcher(credentials.host()).matches();
    }

    /** Control characters end fields in one mechanism or another, and SASLprep prohibits them (RFC 4013 section 2.3). */
    static boolean isName(String name) {
        return name.chars().noneMatch(Character::isISOControl) && isUnicode(name);
    }

    /** A lone surrogate has no UTF-8; {@code getBytes} would send a question mark, which is another password. */
    private static boolean isUnicode(String text) {
        try {
            StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
