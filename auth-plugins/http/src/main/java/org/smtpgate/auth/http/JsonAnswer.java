package org.smtpgate.auth.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.time.Duration;
import org.smtpgate.auth.RefusalReply;

/**
 * What a service answers in JSON; {@code answer.schema.json} beside this class describes it. What does not fit is no
 * answer: nobody gets in by a mistake, and nobody is told that a password is wrong by one.
 */
final class JsonAnswer {
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int TEMPORARY = 400;
    private static final int PERMANENT = 500;

    private JsonAnswer() {}

    /** @param username what the client said, unless the service says better; may be empty */
    static Verdict read(int status, Buffer body, String username) {
        if (status == UNAUTHORIZED || status == FORBIDDEN) {
            return new Verdict.Refused(null, Duration.ZERO);
        }
        if (status != OK) {
            return new Verdict.Senseless("it answered " + status);
        }
        try {
            return judge(new JsonObject(body), username);
        } catch (DecodeException | ClassCastException e) {
            // Without its words, which quote the answer.
            return new Verdict.Senseless("its answer is not JSON of the form that is asked for");
        }
    }

    private static Verdict judge(JsonObject answer, String username) {
        String result = text(answer, "result", "");
        return switch (result) {
            case "accepted" -> accepted(answer, username);
            case "refused" -> refused(answer, PERMANENT);
            case "unavailable" -> refused(answer, TEMPORARY);
            default -> new Verdict.Senseless("its answer's result is none of accepted, refused, unavailable");
        };
    }

    private static Verdict accepted(JsonObject answer, String username) {
        String login = text(answer, "login", username);
        if (login.isEmpty()) {
            return new Verdict.Senseless("it accepted and named no login");
        }
        JsonObject attributes = answer.getJsonObject("attributes", new JsonObject());
        User user = User.fromName(login);
        for (String name : attributes.fieldNames()) {
            Object value = attributes.getValue(name);
            if (!isPlain(value)) {
                return new Verdict.Senseless("an attribute of its answer is neither a scalar nor a list of scalars");
            }
            user.attributes().put(name, value);
        }
        return new Verdict.Accepted(user);
    }

    /** Not as {@code getString} does it, to which a number is a text. */
    private static String text(JsonObject object, String key, String otherwise) {
        Object value = object.getValue(key);
        return value == null ? otherwise : (String) value;
    }

    private static boolean isPlain(Object value) {
        return isScalar(value)
                || value instanceof JsonArray list && list.stream().allMatch(JsonAnswer::isScalar);
    }

    private static boolean isScalar(Object value) {
        return value instanceof String || value instanceof Number || value instanceof Boolean;
    }

    /** @param least the class that a reply of its own must have, as its lowest code */
    private static Verdict refused(JsonObject answer, int least) {
        JsonObject reply = answer.getJsonObject("reply");
        if (reply == null) {
            return least == PERMANENT
                    ? new Verdict.Refused(null, Duration.ZERO)
                    : new Verdict.Senseless("it says that it cannot tell");
        }
        return RefusalReply.of(text(reply, "code", ""), text(reply, "text", ""))
                .filter(words -> words.code() / 100 == least / 100)
                .<Verdict>map(words -> new Verdict.Refused(words, Duration.ZERO))
                .orElseGet(() -> new Verdict.Senseless("its reply's code does not fit its result"));
    }
}
