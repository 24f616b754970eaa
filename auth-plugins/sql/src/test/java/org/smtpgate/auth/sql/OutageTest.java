package org.smtpgate.auth.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.passwords.BcryptHasher;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.TestIdentity;
import org.smtpgate.testkit.database.DatabaseServer;

/** Real databases that are away, hang, come back, or are not who they should be. */
@ParameterizedClass
@EnumSource
@Timeout(180)
class OutageTest {
    private static final String SECRET = "correct Horse-7 battery";
    private static final Duration BACK = Duration.ofSeconds(30);

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path folder;

    @Parameter
    private Databases database;

    private DatabaseServer server;
    private JsonObject settings;

    @BeforeEach
    void startDatabase() {
        server = database.started();
        database.fill(server, "alice", new BcryptHasher(4).hash(SECRET));
        settings = Databases.settings(server).put("connect-timeout", "2s").put("query-timeout", "2s");
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void whileTheDatabaseIsAwayNobodyIsWrong() {
        try (Logins logins = logins()) {
            awaitLogin(logins);
            server.kill();
            assertThat(logins.untold("alice", SECRET)).contains("SQLSTATE");
            assertThat(logins.untold("alice", "wrong")).contains("SQLSTATE");
            assertThat(logins.untold("nobody", SECRET)).contains("SQLSTATE");
            server.start();
            awaitLogin(logins);
            logins.refused("alice", "wrong");
        }
    }

    @Test
    void aDatabaseThatComesLaterIsFound() {
        server.kill();
        try (Logins logins = logins()) {
            logins.untold("alice", SECRET);
            server.start();
            awaitLogin(logins);
        }
    }

    /** Connections are taken by the kernel, and nothing answers. */
    @Test
    void aDatabaseThatHangsHoldsLoginsForSecondsAlone() {
        try (Logins logins = logins()) {
            awaitLogin(logins);
            server.pause();
            List<Future<User>> answers = Stream.generate(
                            () -> logins.backend.authenticate(Logins.submitted("alice", SECRET)))
                    .limit(8)
                    .toList();
            long since = System.nanoTime();
            for (Future<User> answer : answers) {
                Logins.awaited(answer.otherwiseEmpty());
                assertThat(answer.cause()).isInstanceOf(DatabaseException.class);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(15));
            server.resume();
            awaitLogin(logins);
        }
    }

    /** Those that lay idle have died; the login that finds one so takes another. */
    @Test
    void noLoginIsLostToARestart() {
        try (Logins logins = logins()) {
            awaitLogin(logins);
            server.kill();
            server.start();
            logins.accepted("alice", SECRET);
        }
    }

    @Test
    void tlsIsForTheRightServerAlone() throws Exception {
        Files.writeString(folder.resolve("ca.crt"), TestCertificates.authorityPem());
        String named = server.url().replace("127.0.0.1", "localhost");
        settings.put("url", named).put("tls", new JsonObject().put("trust", "ca.crt"));
        try (Logins logins = logins()) {
            assertThat(logins.untold("alice", SECRET)).as("no TLS").isNotBlank();
        }

        restartAs(TestCertificates.server());
        try (Logins logins = logins()) {
            awaitLogin(logins);
        }
        restartAs(TestCertificates.wrongHost());
        try (Logins logins = logins()) {
            assertThat(logins.untold("alice", SECRET)).as("wrong name").isNotBlank();
        }
        restartAs(TestCertificates.untrusted());
        try (Logins logins = logins()) {
            assertThat(logins.untold("alice", SECRET)).as("not trusted").isNotBlank();
        }
    }

    private void restartAs(TestIdentity identity) throws IOException {
        server.kill();
        server.tls(identity.certificatePem(), identity.keyPem());
        server.start();
    }

    private Logins logins() {
        return new Logins(vertx, folder, settings);
    }

    private static void awaitLogin(Logins logins) {
        await("a login").atMost(BACK).until(() -> logins.accepts("alice", SECRET));
    }
}
