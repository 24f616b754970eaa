package org.smtpgate.auth.dovecot;

import io.vertx.ext.auth.User;
import java.util.Base64;
import java.util.stream.Stream;
import org.smtpgate.auth.InvalidCredentialsException;

/** What the server says to a request. */
sealed interface Answer {

    /** CONT: the mechanism wants another message of the client. */
    record Challenge(byte[] bytes) implements Answer {}

    /** OK; {@code last} is for the client before it may know, and mostly empty. */
    record Accepted(User user, byte[] last) implements Answer {}

    /**
     * FAIL, or an OK that lets nobody in.
     *
     * @param code why, as the protocol calls it; empty for credentials that are just wrong
     * @param reason the server's words, fit for a log
     */
    record Refused(String code, String reason) implements Answer {
        private static final String ILLEGIBLE = "illegible";

        /** What the backend fails with. */
        RuntimeException failure() {
            return switch (code) {
                // What was sent was base64: then it is not the password that is broken.
                case "temp_fail", "invalid_base64", ILLEGIBLE -> new DovecotException(code + ": " + reason);
                default -> new InvalidCredentialsException();
            };
        }
    }

    /** Reads a CONT, OK or FAIL. */
    static Answer of(AuthLine line) throws BrokenProtocolException {
        Fields fields = new Fields(line.fields()
                .subList(Math.min(1, line.fields().size()), line.fields().size()));
        return switch (line.command()) {
            case "CONT" -> new Challenge(decode(line.field(1)));
            case "OK" -> accepted(fields);
            default -> new Refused(code(fields), fields.legible("reason"));
        };
    }

    private static Answer accepted(Fields fields) throws BrokenProtocolException {
        String login = fields.value("user");
        // Two users whose names cannot be read would be one.
        if (login.isEmpty() || login.indexOf('\ufffd') >= 0 || login.chars().anyMatch(Character::isISOControl)) {
            return new Refused(Refused.ILLEGIBLE, "a login was accepted without a user's name that can be read");
        }
        // The password is right, and yet the user is not to log in here; "proxy" says where else.
        if (fields.has("nologin") && !fields.has("proxy")) {
            return new Refused("nologin", fields.legible("reason"));
        }
        User user = User.fromName(login);
        user.attributes().mergeIn(fields.attributes());
        return new Accepted(user, decode(fields.value("resp")));
    }

    private static String code(Fields fields) {
        // Before version 1.2 they stood alone, and temp_fail was called temp.
        String alone = Stream.of("authz_fail", "user_disabled", "pass_expired")
                .filter(fields::has)
                .findFirst()
                .orElse(fields.has("temp") ? "temp_fail" : "");
        String code = fields.legible("code");
        return code.isEmpty() ? alone : code;
    }

    private static byte[] decode(String base64) throws BrokenProtocolException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new BrokenProtocolException("a message that is not base64");
        }
    }
}
