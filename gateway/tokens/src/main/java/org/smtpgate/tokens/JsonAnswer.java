package org.smtpgate.tokens;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;

/** What a server has answered. {@code toString} shows nothing of it. */
public final class JsonAnswer {
    private final URI asked;
    private final int status;
    private final Buffer body;

    JsonAnswer(URI asked, int status, Buffer body) {
        this.asked = asked;
        this.status = status;
        this.body = body;
    }

    public int status() {
        return status;
    }

    /** The body. @throws UnavailableException when it is no JSON object */
    public JsonObject json() {
        try {
            return new JsonObject(body);
        } catch (DecodeException | ClassCastException e) {
            throw unavailable("answered " + status + " with what is no JSON object");
        }
    }

    /** The body of an answer with the status 200. @throws UnavailableException for any other */
    public JsonObject ok() {
        if (status != 200) {
            throw unexpected();
        }
        return json();
    }

    /** The exception that says that this status is none to make sense of, to be thrown. */
    public UnavailableException unexpected() {
        return unavailable("answered " + status);
    }

    /** The exception that says what is wrong with this answer, to be thrown. */
    public UnavailableException unavailable(String what) {
        return new UnavailableException(ServerUrl.name(asked) + " " + what);
    }

    @Override
    public String toString() {
        return "JsonAnswer[" + status + "]";
    }
}
