package org.smtpgate.auth.saslauthd;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the daemon is asked: login, password, service and realm, and the client's address where it is told. Each is a length
 * of two octets, most significant first, and so many octets.
 */
final class Request {
    /** As Cyrus SASL's own client bounds it: 8,192 octets, some of them for the lengths. */
    private static final int MAX_OCTETS = 8192 - 30;

    private Request() {}

    /**
     * The request for a login.
     *
     * @param address of the client
     * @return none when no login can look like this, so that there is nothing to ask
     */
    static Optional<Buffer> of(SaslauthdConfig config, String login, String password, String address) {
        int at = config.splitRealm() ? login.lastIndexOf('@') : -1;
        String user = at < 0 ? login : login.substring(0, at);
        String realm = at < 0 ? config.realm() : login.substring(at + 1);
        if (user.isEmpty() || !isPassword(password) || login.chars().anyMatch(Character::isISOControl)) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>(List.of(user, password, config.service(), realm));
        if (config.sendAddress()) {
            texts.add(address);
        }
        return encode(texts);
    }

    /** A line's end would be one for a server that the daemon asks line by line, as rimap does, and a command behind it. */
    private static boolean isPassword(String text) {
        return !text.isEmpty() && text.chars().noneMatch(c -> c == '\r' || c == '\n');
    }

    private static Optional<Buffer> encode(List<String> texts) {
        Buffer request = Buffer.buffer();
        for (String text : texts) {
            // To the daemon NUL is an end, and what UTF-8 cannot spell would be sent as question marks.
            if (text.length() > MAX_OCTETS
                    || text.indexOf('\0') >= 0
                    || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
                return Optional.empty();
            }
            byte[] octets = text.getBytes(StandardCharsets.UTF_8);
            if (request.length() + octets.length > MAX_OCTETS) {
                return Optional.empty();
            }
            request.appendUnsignedShort(octets.length).appendBytes(octets);
        }
        return Optional.of(request);
    }
}
