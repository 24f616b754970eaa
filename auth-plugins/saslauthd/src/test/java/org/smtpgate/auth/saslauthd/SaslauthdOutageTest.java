package org.smtpgate.auth.saslauthd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.auth.User;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.Tls;
import org.smtpgate.auth.TooBusyException;
import org.smtpgate.testkit.server.Ports;
import org.smtpgate.testkit.server.Saslauthd;
import org.smtpgate.testkit.server.Slapd;

/** Daemons that go away, come back, speak nonsense, or say nothing; and what real ones say when they cannot ask. */
@Timeout(120)
class SaslauthdOutageTest {
    private static final String PASSWORD = "correct Horse-7 battery";

    /** A request for alice with this password: four lengths, and the texts alice, the password, smtp and nothing. */
    private static final int REQUEST_OCTETS = 4 * 2 + 5 + PASSWORD.length() + 4;

    private static final Origin ORIGIN = new Origin(
            "submission",
            "outage",
            SocketAddress.inetSocketAddress(50587, "192.0.2.7"),
            SocketAddress.inetSocketAddress(587, "192.0.2.2"),
            new Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", null),
            "client.example",
            1);

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final List<AuthBackend> backends = new ArrayList<>();

    @AfterEach
    void close() {
        backends.forEach(backend -> await(backend.close()));
        await(vertx.close());
    }

    @Test
    void aDaemonThatIsKilledAndComesBackIsUsedAtOnce() throws Exception {
        try (Slapd slapd = slapd().start();
                Saslauthd saslauthd = Saslauthd.before(slapd, room("saslauthd")).start()) {
            AuthBackend backend = backend(saslauthd.socket(), new JsonObject());
            accepted(backend);

            saslauthd.kill();
            assertThat(saslauthd.socket()).exists();
            untold(backend);

            saslauthd.start();
            accepted(backend);
            refused(backend, "wr0ng");
        }
    }

    /** One process answers them one after the other; none is lost for want of room behind the socket. */
    @Test
    void manyLoginsAtOnceAreAllAnswered() throws Exception {
        try (Slapd slapd = slapd().start();
                Saslauthd saslauthd = Saslauthd.before(slapd, room("saslauthd")).start()) {
            AuthBackend backend = backend(saslauthd.socket(), new JsonObject());

            List<Future<User>> answers = IntStream.range(0, 60)
                    .mapToObj(i -> login(backend, PASSWORD))
                    .toList();

            assertThat(answers)
                    .allSatisfy(answer -> assertThat(await(answer).subject()).isEqualTo("alice"));
        }
    }

    @Test
    void theDaemonIsToldServiceAndRealm() throws Exception {
        try (Slapd slapd = slapd().start();
                Saslauthd saslauthd = Saslauthd.before(slapd, room("saslauthd")).start()) {
            AuthBackend backend = backend(saslauthd.socket(), new JsonObject().put("service", "submission"));

            User user = await(backend.authenticate(new SubmittedPassword("", "alice@example.org", PASSWORD, ORIGIN)));

            assertThat(user.subject()).isEqualTo("alice@example.org");
            assertThat(saslauthd.log()).contains("[user=alice] [service=submission] [realm=example.org]");
        }
    }

    /** With an IMAP server that is away, the daemon's NO says so, and is believed. */
    @Test
    void aNoThatSpeaksOfTroubleIsNoWrongPassword() throws Exception {
        try (Saslauthd saslauthd = Saslauthd.in(room("rimap"), "-a", "rimap", "-O", "127.0.0.1/" + Ports.free())
                .start()) {
            assertThat(untold(backend(saslauthd.socket(), new JsonObject()))).hasMessageContaining("NO [ALERT]");
        }
    }

    /** Its mechanism ldap does not say so: the README warns of that, and this notices when it has changed. */
    @Test
    void aBareNoCannotBeToldFromAWrongPassword() throws Exception {
        try (Slapd slapd = slapd();
                Saslauthd saslauthd = Saslauthd.before(slapd, room("saslauthd")).start()) {
            refused(backend(saslauthd.socket(), new JsonObject()), PASSWORD);
        }
    }

    /** What is no answer. */
    enum Oddity {
        HANGS_UP(client -> {}),
        HANGS_UP_AFTERWARDS(client -> OddDaemon.read(client, REQUEST_OCTETS)),
        STOPS_IN_THE_LENGTH(client -> answer(client, 0)),
        STOPS_IN_THE_TEXT(client -> answer(client, 0, 2, 'O')),
        SAYS_NOTHING_MUCH(client -> answer(client, 0, 0)),
        SPEAKS_ANOTHER_LANGUAGE(client -> answer(client, '2', '2', '0', ' ', 'h', 'i')),
        SAYS_MAYBE(client -> answer(client, 0, 2, '?', '?')),
        SAYS_NOTHING(client -> client.read(ByteBuffer.allocate(9000))) {
            @Override
            boolean staysOpen() {
                return true;
            }
        };

        private final OddDaemon.Behaviour behaviour;

        Oddity(OddDaemon.Behaviour behaviour) {
            this.behaviour = behaviour;
        }

        boolean staysOpen() {
            return false;
        }

        private static void answer(SocketChannel client, int... octets) throws IOException {
            OddDaemon.read(client, REQUEST_OCTETS);
            for (int octet : octets) {
                OddDaemon.write(client, (byte) octet);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoAnswerIsNoWrongPassword(Oddity oddity) throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (OddDaemon daemon = new OddDaemon(folder.resolve("mux"), client -> {
            oddity.behaviour.with(client);
            if (oddity.staysOpen()) {
                end.await(30, TimeUnit.SECONDS);
            }
        })) {
            assertThat(daemon.most()).isZero();
            Throwable failure = untold(backend(folder.resolve("mux"), new JsonObject().put("timeout", "500ms")));
            assertThat(failure)
                    .isInstanceOf(SaslauthdException.class)
                    .hasMessageContaining(folder.resolve("mux").toString());
            end.countDown();
        }
    }

    /** Octet by octet, and no end of the connection behind it. */
    @Test
    void anAnswerIsReadHoweverItComes() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (OddDaemon daemon = new OddDaemon(folder.resolve("mux"), client -> {
            OddDaemon.read(client, REQUEST_OCTETS);
            for (char octet : "\0\4OK x".toCharArray()) {
                OddDaemon.write(client, (byte) octet);
            }
            end.await(30, TimeUnit.SECONDS);
        })) {
            accepted(backend(folder.resolve("mux"), new JsonObject()));
            assertThat(daemon.most()).isEqualTo(1);
            end.countDown();
        }
    }

    @Test
    void soManyAreAskedAtATimeAndNobodyWaitsForEver() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (OddDaemon daemon = new OddDaemon(folder.resolve("mux"), client -> end.await(60, TimeUnit.SECONDS))) {
            AuthBackend backend = backend(
                    folder.resolve("mux"),
                    new JsonObject().put("connections", 3).put("timeout", "3s"));

            List<Future<User>> answers = IntStream.range(0, 20)
                    .mapToObj(i -> login(backend, PASSWORD))
                    .toList();

            Awaitility.await()
                    .during(Duration.ofSeconds(1))
                    .atMost(Duration.ofMillis(2500))
                    .until(() -> daemon.most() == 3);
            answers.forEach(answer -> await(answer.otherwiseEmpty()));
            assertThat(answers.get(0).cause()).hasMessageContaining("no answer within 3000 ms");
            assertThat(answers.get(19).cause()).isInstanceOf(TooBusyException.class);
            end.countDown();
        }
    }

    @Test
    void thoseThatWaitAreTurnedAwayWhenThereAreTooMany() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (OddDaemon daemon = new OddDaemon(folder.resolve("mux"), client -> end.await(60, TimeUnit.SECONDS))) {
            AuthBackend backend = backend(
                    folder.resolve("mux"),
                    new JsonObject().put("connections", 1).put("timeout", "1s"));
            List<Future<User>> answers = IntStream.range(0, 1 + 1000)
                    .mapToObj(i -> login(backend, PASSWORD))
                    .toList();

            assertThat(failure(login(backend, PASSWORD)))
                    .isInstanceOf(TooBusyException.class)
                    .hasMessageContaining("1000 logins wait already");
            assertThat(daemon.most()).isPositive();
            end.countDown();
            await(backend.close());
            assertThat(answers).allMatch(Future::failed);
        }
    }

    private AuthBackend backend(Path socket, JsonObject more) {
        AuthBackend backend =
                new SaslauthdPlugin().create(new AuthContext(vertx, folder), more.put("socket", socket.toString()));
        backends.add(backend);
        return backend;
    }

    private Slapd slapd() throws Exception {
        return Slapd.in(room("slapd")).person("alice", PASSWORD);
    }

    private Path room(String name) throws Exception {
        return Files.createDirectory(folder.resolve(name));
    }

    private static Future<User> login(AuthBackend backend, String password) {
        return backend.authenticate(new SubmittedPassword("", "alice", password, ORIGIN));
    }

    private static void accepted(AuthBackend backend) {
        assertThat(await(login(backend, PASSWORD)).subject()).isEqualTo("alice");
    }

    private static void refused(AuthBackend backend, String password) {
        assertThat(failure(login(backend, password))).isInstanceOf(InvalidCredentialsException.class);
    }

    private static Throwable untold(AuthBackend backend) {
        Throwable failure = failure(login(backend, PASSWORD));
        assertThat(failure).isNotInstanceOf(InvalidCredentialsException.class);
        return failure;
    }

    private static Throwable failure(Future<User> answer) {
        await(answer.otherwiseEmpty());
        assertThat(answer.failed()).as("the login failed").isTrue();
        return answer.cause();
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(25, TimeUnit.SECONDS);
        } catch (TimeoutException hung) {
            throw new AssertionError("no answer within 25 s", hung);
        }
    }
}
