package org.smtpgate.auth.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.auth.User;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SubmittedCredentials;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.Tls;

/** Logins for a backend, submitted as the gateway does. */
final class Logins {
    static final String PASSWORD = "correct Horse-7 battery";

    private Logins() {}

    static Origin origin(Tls tls) {
        return new Origin(
                "submission",
                "s-17",
                SocketAddress.inetSocketAddress(50587, "0:0:0:0:0:0:0:1"),
                SocketAddress.inetSocketAddress(587, "192.0.2.2"),
                tls,
                "client.example",
                3);
    }

    static SubmittedPassword password(String username) {
        return new SubmittedPassword("", username, PASSWORD, origin(null));
    }

    /** On an event loop. */
    static Future<User> submit(Vertx vertx, AuthBackend backend, SubmittedCredentials credentials) {
        Promise<User> answer = Promise.promise();
        vertx.runOnContext(turn -> backend.authenticate(credentials).onComplete(answer));
        return answer.future();
    }

    static User accepted(Vertx vertx, AuthBackend backend, SubmittedCredentials credentials) {
        try {
            return submit(vertx, backend, credentials).await(20, TimeUnit.SECONDS);
        } catch (TimeoutException hung) {
            throw new AssertionError("no answer within 20 s", hung);
        }
    }

    static Throwable failure(Vertx vertx, AuthBackend backend, SubmittedCredentials credentials) {
        Future<User> answer = submit(vertx, backend, credentials);
        try {
            answer.otherwiseEmpty().await(20, TimeUnit.SECONDS);
        } catch (TimeoutException hung) {
            throw new AssertionError("no answer within 20 s", hung);
        }
        if (answer.succeeded()) {
            throw new AssertionError("the login was accepted");
        }
        return answer.cause();
    }
}
