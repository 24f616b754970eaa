package org.smtpgate.auth.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.TooBusyException;
import org.smtpgate.testkit.Loopback;
import org.smtpgate.testkit.server.Ports;
import org.smtpgate.testkit.server.Slapd;

/** Directories that go away, come back, never were there, or say nothing: never a wrong password, and never for long. */
@Timeout(120)
class LdapOutageTest {
    private static final String PASSWORD = "correct Horse-7 battery";

    @TempDir
    Path folder;

    private Logins logins;

    @BeforeEach
    void open() {
        logins = new Logins(folder);
    }

    @AfterEach
    void close() {
        logins.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServerThatComesBackIsUsedAtOnceThoughAllConnectionsToItAreDead(boolean search) throws Exception {
        try (Slapd slapd = slapd().start()) {
            String url = "ldap://localhost:" + slapd.port();
            AuthBackend backend = logins.backend(search ? Logins.searching(url) : Logins.template(url));
            together(backend, 16);

            slapd.kill();
            Logins.untold(backend, "alice", PASSWORD);
            Logins.untold(backend, "alice", "wr0ng");

            slapd.start();
            together(backend, 16);
            Logins.refused(backend, "alice", "wr0ng");

            // As a restart that nobody has noticed: every connection that is kept is dead.
            slapd.kill();
            slapd.start();
            together(backend, 16);
            Logins.refused(backend, "alice", "wr0ng");
        }
    }

    @Test
    void anotherServerStandsInAndTheFirstOneIsPreferred() throws Exception {
        try (Slapd first = slapd().start();
                Slapd second = slapd().start()) {
            AuthBackend backend = logins.backend(Logins.searching(
                    "ldap://localhost:" + Ports.free(),
                    "ldap://localhost:" + first.port(),
                    "ldaps://localhost:" + second.tlsPort()));
            Logins.accepted(backend, "alice", PASSWORD);
            assertThat(first.binds()).isPositive();
            assertThat(second.binds()).isZero();

            first.kill();
            Logins.accepted(backend, "alice", PASSWORD);
            Logins.refused(backend, "alice", "wr0ng");
            assertThat(second.binds()).isPositive();

            second.kill();
            Logins.untold(backend, "alice", PASSWORD);

            first.start();
            Logins.accepted(backend, "alice", PASSWORD);
        }
    }

    /** The server that it leads to would be told the password. */
    @Test
    void aReferralIsNotFollowed() throws Exception {
        try (Slapd elsewhere = slapd().start();
                Slapd slapd = slapd().setting("referral ldap://127.0.0.1:" + elsewhere.port())
                        .start()) {
            String url = "ldap://localhost:" + slapd.port();
            JsonObject search = Logins.searching(url);
            search.getJsonObject("search").put("base", "dc=elsewhere");

            assertThat(Logins.untold(logins.backend(search), "alice", PASSWORD)).hasMessageContaining("referral (10)");
            assertThat(elsewhere.binds()).isZero();
        }
    }

    /** StartTLS, ldaps and plain LDAP wait for different things. */
    @ParameterizedTest
    @ValueSource(strings = {"ldap", "ldaps", "plain"})
    void aServerThatSaysNothingIsGivenUp(String way) throws Exception {
        try (ServerSocket silent = Loopback.listen()) {
            String url = (way.equals("ldaps") ? "ldaps" : "ldap") + "://127.0.0.1:" + silent.getLocalPort();
            JsonObject settings =
                    Logins.template(url).put("connect-timeout", "500ms").put("response-timeout", "500ms");
            if (way.equals("plain")) {
                settings.put("allow-without-tls", true);
            }
            AuthBackend backend = logins.backend(settings);
            long start = System.nanoTime();

            Logins.untold(backend, "alice", PASSWORD);

            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(400), Duration.ofSeconds(5));
        }
    }

    /** Whoever waits behind logins at a silent server is told so, and in time. */
    @Test
    void loginsThatWaitBehindASilentServerAreGivenUpToo() throws Exception {
        try (ServerSocket silent = Loopback.listen()) {
            JsonObject settings = Logins.template("ldap://127.0.0.1:" + silent.getLocalPort())
                    .put("connections", 1)
                    .put("connect-timeout", "3s")
                    .put("response-timeout", "3s");
            AuthBackend backend = logins.backend(settings);

            List<Future<User>> answers = IntStream.range(0, 6)
                    .mapToObj(i -> Logins.start(backend, "alice", PASSWORD))
                    .toList();

            answers.forEach(answer -> Logins.await(answer.otherwiseEmpty()));
            assertThat(answers.get(0).cause()).isInstanceOf(DirectoryException.class);
            assertThat(answers.get(5).cause()).isInstanceOf(TooBusyException.class);
        }
    }

    @Test
    void aBackendThatIsClosedHasClosedItsConnections() throws Exception {
        try (Slapd slapd = slapd().start()) {
            AuthBackend backend = logins.backend(Logins.searching("ldap://localhost:" + slapd.port()));
            Logins.accepted(backend, "alice", PASSWORD);

            Logins.await(backend.close());

            await().atMost(Duration.ofSeconds(10))
                    .until(() -> count(slapd.log(), " ACCEPT ") == count(slapd.log(), " closed"));
        }
    }

    private static long count(String log, String word) {
        return log.lines().filter(line -> line.contains(word)).count();
    }

    private static void together(AuthBackend backend, int many) {
        IntStream.range(0, many)
                .mapToObj(i -> Logins.start(backend, "alice", PASSWORD))
                .toList()
                .forEach(Logins::await);
    }

    private Slapd slapd() throws Exception {
        return Slapd.in(Files.createTempDirectory(folder, "slapd")).person("alice", PASSWORD);
    }
}
