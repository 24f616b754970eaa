package org.smtpgate.auth.dovecot;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SubmittedPassword;

/** A backend before a server whose part the test plays. */
@Timeout(60)
abstract class ScriptedServerTest {
    static final String PASSWORD = "correct Horse-7 battery";

    private static Vertx vertx;

    final ScriptedAuthServer server = new ScriptedAuthServer();
    private final List<DovecotBackend> opened = new ArrayList<>();
    private AuthServer asked;

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        Outcomes.await(vertx.close());
    }

    @AfterEach
    void close() {
        opened.forEach(backend -> Outcomes.await(backend.close()));
        server.close();
    }

    DovecotBackend backend() {
        return backend(new JsonObject());
    }

    DovecotBackend backend(JsonObject settings) {
        DovecotBackend backend = unclosed(settings);
        opened.add(backend);
        return backend;
    }

    /** One that the test closes. */
    DovecotBackend unclosed(JsonObject settings) {
        if (!settings.containsKey("address")) {
            settings.put("address", "127.0.0.1:" + server.port());
        }
        asked = AuthServer.open(vertx, DovecotConfig.from(new AuthContext(vertx, Path.of("/")), settings));
        return new DovecotBackend(asked);
    }

    Future<User> login(DovecotBackend backend, String username) {
        return login(backend, "", username, Origins.ENCRYPTED);
    }

    /** Whatever the test does next comes after it. */
    Future<User> login(DovecotBackend backend, String authorizationId, String username, Origin origin) {
        Future<User> answer = backend.authenticate(new SubmittedPassword(authorizationId, username, PASSWORD, origin));
        Outcomes.await(asked.run(Future::succeededFuture));
        return answer;
    }
}
