package org.smtpgate.auth.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.auth.User;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.Tls;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.server.Slapd;

/** Backends as the gateway makes them, and logins at them, of which each has an end within a time. */
final class Logins implements AutoCloseable {
    private static final Origin ORIGIN = new Origin(
            "submission",
            "slapd",
            SocketAddress.inetSocketAddress(50587, "192.0.2.7"),
            SocketAddress.inetSocketAddress(587, "192.0.2.2"),
            new Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", null),
            "client.example",
            1);

    private final Vertx vertx = Vertx.vertx();
    private final Path folder;
    private final List<AuthBackend> backends = new ArrayList<>();

    /** @param folder for the authority's certificate */
    Logins(Path folder) {
        this.folder = folder;
        try {
            Files.writeString(folder.resolve("ca.pem"), TestCertificates.authorityPem());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Settings that search by {@code uid} and {@code mail} as the gateway. */
    static JsonObject searching(String... urls) {
        return settings(urls)
                .put("bind-dn", Slapd.READER)
                .put("bind-password", Slapd.READER_PASSWORD)
                .put(
                        "search",
                        new JsonObject().put("base", Slapd.PEOPLE).put("filter", "(|(uid={login})(mail={login}))"));
    }

    /** Settings that bind as {@code uid=…}. */
    static JsonObject template(String... urls) {
        return settings(urls).put("user-dn", "uid={login}," + Slapd.PEOPLE);
    }

    private static JsonObject settings(String... urls) {
        return new JsonObject()
                .put("urls", new io.vertx.core.json.JsonArray(List.of(urls)))
                .put("tls", new JsonObject().put("trust", "ca.pem"));
    }

    AuthBackend backend(JsonObject settings) {
        AuthBackend backend = new LdapPlugin().create(new AuthContext(vertx, folder), settings);
        backends.add(backend);
        return backend;
    }

    static Future<User> start(AuthBackend backend, String login, String password) {
        return backend.authenticate(new SubmittedPassword("", login, password, ORIGIN));
    }

    static User accepted(AuthBackend backend, String login, String password) {
        return await(start(backend, login, password));
    }

    static void refused(AuthBackend backend, String login, String password) {
        assertThat(failure(backend, login, password)).isExactlyInstanceOf(InvalidCredentialsException.class);
    }

    /** What was in the way. */
    static Throwable untold(AuthBackend backend, String login, String password) {
        Throwable failure = failure(backend, login, password);
        assertThat(failure).isNotInstanceOf(InvalidCredentialsException.class);
        return failure;
    }

    private static Throwable failure(AuthBackend backend, String login, String password) {
        Future<User> answer = start(backend, login, password);
        await(answer.otherwiseEmpty());
        assertThat(answer.failed()).as("the login of %s failed", login).isTrue();
        return answer.cause();
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(25, TimeUnit.SECONDS);
        } catch (TimeoutException hung) {
            throw new AssertionError("no answer within 25 s", hung);
        }
    }

    @Override
    public void close() {
        backends.forEach(backend -> await(backend.close()));
        await(vertx.close());
    }
}
