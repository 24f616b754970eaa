package org.smtpgate.auth.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SubmittedPassword;

/** A backend as the gateway makes it, and what it says to logins. */
final class Logins implements AutoCloseable {
    static final Origin ORIGIN = new Origin(
            "submission",
            "sql",
            SocketAddress.inetSocketAddress(50587, "192.0.2.7"),
            SocketAddress.inetSocketAddress(587, "192.0.2.2"),
            null,
            "client.example",
            1);

    final AuthBackend backend;

    Logins(Vertx vertx, Path folder, JsonObject settings) {
        backend = new SqlPlugin().create(new AuthContext(vertx, folder), settings);
    }

    User accepted(String username, String password) {
        return accepted(submitted(username, password));
    }

    User accepted(Credentials credentials) {
        Future<User> answer = answer(credentials);
        if (answer.failed()) {
            throw new AssertionError("not logged in", answer.cause());
        }
        return answer.result();
    }

    void refused(String username, String password) {
        refused(submitted(username, password));
    }

    void refused(Credentials credentials) {
        assertThat(answer(credentials).cause()).isExactlyInstanceOf(InvalidCredentialsException.class);
    }

    /** @return what the backend says of why it could not tell */
    String untold(String username, String password) {
        Throwable cause = failure(username, password);
        assertThat(cause).isNotNull().isNotInstanceOf(InvalidCredentialsException.class);
        return cause.getMessage();
    }

    Throwable failure(String username, String password) {
        return answer(submitted(username, password)).cause();
    }

    boolean accepts(String username, String password) {
        return answer(submitted(username, password)).succeeded();
    }

    static SubmittedPassword submitted(String username, String password) {
        return new SubmittedPassword("", username, password, ORIGIN);
    }

    static <T> T awaited(Future<T> future) {
        try {
            return future.await(25, TimeUnit.SECONDS);
        } catch (TimeoutException hung) {
            throw new AssertionError("no answer within 25 s", hung);
        }
    }

    @Override
    public void close() {
        awaited(backend.close());
    }

    private Future<User> answer(Credentials credentials) {
        Future<User> answer = backend.authenticate(credentials);
        awaited(answer.otherwiseEmpty());
        return answer;
    }
}
