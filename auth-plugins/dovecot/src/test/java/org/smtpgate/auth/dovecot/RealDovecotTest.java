package org.smtpgate.auth.dovecot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.smtpgate.auth.dovecot.Outcomes.accepted;
import static org.smtpgate.auth.dovecot.Outcomes.assertCannotTell;
import static org.smtpgate.auth.dovecot.Outcomes.assertRefused;
import static org.smtpgate.auth.dovecot.Outcomes.failure;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SaslBackend.Exchange;
import org.smtpgate.auth.SaslBackend.Step;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.sasl.ClientCredentials;
import org.smtpgate.sasl.SaslClientExchange;
import org.smtpgate.sasl.SaslClientMechanisms;
import org.smtpgate.testkit.TestCertificates;

/** The backend before a Dovecot, through both of its doors. */
@Timeout(60)
@ParameterizedClass
@EnumSource
class RealDovecotTest {
    private static final String PASSWORD = "correct Horse-7 battery";
    private static final ClientCredentials RIGHT = new ClientCredentials.Password("", "alice", PASSWORD);
    private static final ClientCredentials WRONG = new ClientCredentials.Password("", "alice", "Zq9-wrong-battery");
    private static final String DISABLED = "moved";

    /** Where Dovecot listens. */
    enum Door {
        UNIX,
        TCP
    }

    @TempDir
    private static Path folder;

    private static Vertx vertx;
    private static RealDovecot dovecot;

    @Parameter
    private Door door;

    private final List<DovecotBackend> opened = new ArrayList<>();
    private DovecotBackend backend;

    @BeforeAll
    static void start() {
        dovecot = new RealDovecot(
                folder,
                "alice:{PLAIN}" + PASSWORD + "::::::rate=gold host=10.0.0.1",
                DISABLED + ":{PLAIN}" + PASSWORD + "::::::nologin=yes reason=Gone",
                "long:{PLAIN}" + "x".repeat(10_000));
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        if (dovecot != null) {
            Outcomes.await(vertx.close());
            dovecot.close();
        }
    }

    @BeforeEach
    void open() {
        backend = backend(new JsonObject());
        await().until(() -> !backend.mechanisms(true).isEmpty());
    }

    @AfterEach
    void close() {
        opened.forEach(each -> Outcomes.await(each.close()));
    }

    @Test
    void itOffersWhatDovecotHasForClients() {
        assertThat(backend.mechanisms(true))
                .containsExactlyInAnyOrder(
                        "PLAIN",
                        "LOGIN",
                        "CRAM-MD5",
                        "DIGEST-MD5",
                        "SCRAM-SHA-1",
                        "SCRAM-SHA-256",
                        "EXTERNAL",
                        "XOAUTH2",
                        "OAUTHBEARER");
        assertThat(backend.mechanisms(false))
                .containsExactlyInAnyOrder("CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"})
    void aPasswordIsJudgedThroughEachMechanism(String mechanism) throws Exception {
        User user = accepted(spoken(mechanism, RIGHT, Origins.ENCRYPTED));

        assertThat(user.subject()).isEqualTo("alice");
        assertThat(user.attributes().getString("rate")).isEqualTo("gold");
        assertThat(user.attributes().getString("host")).isEqualTo("10.0.0.1");
        assertRefused(spoken(mechanism, WRONG, Origins.ENCRYPTED));
        assertRefused(spoken(mechanism, new ClientCredentials.Password("", "nobody", PASSWORD), Origins.ENCRYPTED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"XOAUTH2", "OAUTHBEARER"})
    void aTokenIsJudged(String mechanism) throws Exception {
        assertThat(accepted(spoken(mechanism, token(RealDovecot.TOKEN), Origins.ENCRYPTED))
                        .subject())
                .isEqualTo("alice");
        assertRefused(spoken(mechanism, token("dead"), Origins.ENCRYPTED));
    }

    @Test
    void aCertificateIsJudged() throws Exception {
        ClientCredentials itself = new ClientCredentials.External("");
        Origin certified = Origins.withCertificate(
                TestCertificates.client(RealDovecot.CERTIFIED).certificate());
        Origin stranger =
                Origins.withCertificate(TestCertificates.client("nobody").certificate());

        assertThat(accepted(spoken("EXTERNAL", itself, certified)).subject()).isEqualTo(RealDovecot.CERTIFIED);
        assertRefused(spoken("EXTERNAL", itself, stranger));
        assertRefused(spoken("EXTERNAL", itself, Origins.ENCRYPTED));
    }

    @Test
    void aMasterUserActsForAnother() {
        assertThat(Outcomes.await(login("alice", RealDovecot.MASTER, RealDovecot.MASTER_PASSWORD))
                        .subject())
                .isEqualTo("alice");
        assertRefused(login("nobody", RealDovecot.MASTER, RealDovecot.MASTER_PASSWORD));
        assertRefused(login("moved", "alice", PASSWORD));
    }

    @Test
    void aUserWhoIsNotToLogInIsRefused() {
        assertRefused(login("", DISABLED, PASSWORD));
    }

    @Test
    void whatDovecotCannotLookUpIsNotCalledWrong() throws Exception {
        assertCannotTell(spoken("XOAUTH2", token(RealDovecot.TROUBLE), Origins.ENCRYPTED), "temp_fail");
    }

    @Test
    void longPasswordsFitUpToTheLongestLine() {
        assertThat(Outcomes.await(login("", "long", "x".repeat(10_000))).subject())
                .isEqualTo("long");
        // The longest line is that of one of these; one that is too long would end the connection for all.
        List<Future<User>> answers = new ArrayList<>();
        for (int length = 11_900; length < 12_300; length += 4) {
            answers.add(login("", "long", "x".repeat(length)));
        }
        answers.forEach(Outcomes::assertRefused);
        assertThat(dovecot.told()).doesNotContain("BUG:");
    }

    @Test
    void manyLoginsAreUnderWayAtATime() {
        List<Future<User>> answers = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            answers.add(login("", i % 2 == 0 ? "alice" : DISABLED, PASSWORD));
        }
        for (int i = 0; i < 400; i++) {
            if (i % 2 == 0) {
                assertThat(Outcomes.await(answers.get(i)).subject()).isEqualTo("alice");
            } else {
                assertRefused(answers.get(i));
            }
        }
    }

    /** A reload has two of them for a while, and gateways in containers all are process 1. */
    @Test
    void twoBackendsDisturbNeitherTheOther() {
        DovecotBackend second = backend(new JsonObject());
        for (DovecotBackend each : List.of(backend, second, backend)) {
            assertThat(Outcomes.await(login(each, "", "alice", PASSWORD)).subject())
                    .isEqualTo("alice");
        }
    }

    @Test
    void aCrashIsTroubleUntilItIsBack() throws Exception {
        Exchange exchange = backend.begin("CRAM-MD5", Origins.PLAIN);
        Outcomes.challenge(exchange.respond(null));
        dovecot.kill();
        try {
            assertThat(failure(exchange.respond("alice 00".getBytes(UTF_8)))).isInstanceOf(DovecotException.class);
            assertThat(failure(login("", "alice", PASSWORD))).isInstanceOf(DovecotException.class);
            assertThat(failure(login("", "alice", "wrong"))).isInstanceOf(DovecotException.class);
            assertThat(backend.mechanisms(true)).contains("SCRAM-SHA-256");
        } finally {
            dovecot.start();
        }
        await().atMost(Duration.ofSeconds(20))
                .until(() -> login("", "alice", PASSWORD)
                        .map(true)
                        .recover(failure -> {
                            assertThat(failure).isNotInstanceOf(InvalidCredentialsException.class);
                            return Future.succeededFuture(false);
                        })
                        .await());
        assertThat(accepted(spoken("SCRAM-SHA-256", RIGHT, Origins.PLAIN)).subject())
                .isEqualTo("alice");
        assertRefused(login("", "alice", "wrong"));
    }

    private DovecotBackend backend(JsonObject settings) {
        settings.put("penalty", false);
        if (door == Door.UNIX) {
            settings.put("socket", dovecot.socket().toString());
        } else {
            settings.put("address", "127.0.0.1:" + dovecot.port());
        }
        DovecotBackend backend = (DovecotBackend) new DovecotPlugin().create(new AuthContext(vertx, folder), settings);
        opened.add(backend);
        return backend;
    }

    private Future<User> login(String authorizationId, String username, String password) {
        return login(backend, authorizationId, username, password);
    }

    private static Future<User> login(
            DovecotBackend backend, String authorizationId, String username, String password) {
        return backend.authenticate(new SubmittedPassword(authorizationId, username, password, Origins.ENCRYPTED));
    }

    private static ClientCredentials token(String token) {
        return new ClientCredentials.Token("", "alice", token, "mail.example.org", 587);
    }

    /** The whole dialogue; the client's side proves that the server's last words were right, too. */
    private Future<Step> spoken(String mechanism, ClientCredentials credentials, Origin origin) throws Exception {
        SaslClientExchange client = SaslClientMechanisms.start(mechanism, credentials);
        Exchange exchange = backend.begin(mechanism, origin);
        Future<Step> step = exchange.respond(client.initialResponse());
        while (Outcomes.await(step.otherwiseEmpty()) instanceof Step.Challenge challenge) {
            step = exchange.respond(client.respond(challenge.bytes()));
        }
        assertThat(step.failed() || client.complete())
                .as("the server has proven itself")
                .isTrue();
        return step;
    }
}
