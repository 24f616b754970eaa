package org.smtpgate.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.proxy.TestGateway.PASSWORD;
import static org.smtpgate.proxy.TestGateway.USER;

import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.proxy.authn.UpstreamBackend;
import org.smtpgate.proxy.upstream.UpstreamIdentity;
import org.smtpgate.proxy.upstream.UpstreamSettings.Failover;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.SaslAccounts;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;

/** The backend {@code upstream}: who can log in at the upstream can log in at the gateway, and nobody else. */
@Execution(ExecutionMode.CONCURRENT)
class UpstreamLoginTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final SaslAccounts accounts = new SaslAccounts("PLAIN").password(USER, PASSWORD);

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void who_mistypes_is_told_so_and_may_try_again(Pooling pooling) {
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway = before(upstream).pooling(pooling).start();
                SmtpClient client = gateway.client()) {
            client.sendAuthPlain(USER, "not " + PASSWORD).expect(535, "5.7.8");
            client.sendAuthPlain("nobody", PASSWORD).expect(535, "5.7.8");
            client.send("MAIL FROM:<a@example.org>").expect(530, "5.7.0");
            client.authPlain(USER, PASSWORD);
            deliver(client, "m1");
            client.quit();
            assertThat(upstream.messages())
                    .singleElement()
                    .satisfies(message -> assertThat(message.client().login()).isEqualTo(USER));
            assertThat(upstream.violations()).isEmpty();
            assertThat(gateway.scrape()).doesNotContain(PASSWORD);
        }
    }

    /** The very connection that showed the login to be right. */
    @ParameterizedTest
    @EnumSource(Pooling.class)
    void the_upstream_sees_one_connection_and_one_login_of_a_session(Pooling pooling) {
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway = before(upstream).pooling(pooling).start();
                SmtpClient client = gateway.client()) {
            client.authPlain(USER, PASSWORD);
            assertThat(logins(upstream)).isEqualTo(1);
            deliver(client, "m1");
            deliver(client, "m2");
            deliver(client, "m3");
            client.quit();
            assertThat(upstream.connections()).hasSize(1);
            assertThat(logins(upstream)).isEqualTo(1);
            assertThat(upstream.messages()).hasSize(3);
        }
    }

    @Test
    void with_session_pooling_the_connection_is_the_session_s_from_its_login_to_its_end() {
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway = before(upstream).pooling(Pooling.SESSION).start();
                SmtpClient first = gateway.client();
                SmtpClient second = gateway.client()) {
            first.authPlain(USER, PASSWORD);
            second.authPlain(USER, PASSWORD);
            assertThat(upstream.connections()).hasSize(2);
            assertThat(gateway.metric("smtpgate_upstream_connections{state=\"leased\""))
                    .isEqualTo(2);
            deliver(first, "m1");
            deliver(second, "m2");
            assertThat(upstream.messages())
                    .extracting(message -> message.connection())
                    .doesNotHaveDuplicates();
            first.quit();
            second.quit();
            upstream.awaitOpenConnections(0, SOON);
            assertThat(upstream.connections()).allMatch(connection -> connection.quit());
        }
    }

    @Test
    void with_transaction_pooling_an_idle_connection_of_the_same_login_is_proof_of_the_next() {
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway = before(upstream).start()) {
            logInAndQuit(gateway);
            logInAndQuit(gateway);
            try (SmtpClient client = gateway.client()) {
                client.sendAuthPlain(USER, "not " + PASSWORD).expect(535, "5.7.8");
            }
            assertThat(upstream.connections()).hasSize(2);
        }
    }

    /** Each kind of closure that can be seen; of the proof nothing is left. */
    @ParameterizedTest
    @EnumSource(names = {"EOF", "CLOSE", "RST", "REPLY_421", "REPLY_221"})
    void a_connection_that_has_ended_proves_nothing(Fault fault) {
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway = before(upstream).start()) {
            logInAndQuit(gateway);
            accounts.password(USER, "another one");
            upstream.closeIdle(fault);
            try (SmtpClient client = gateway.client()) {
                client.sendAuthPlain(USER, PASSWORD).expect(535, "5.7.8");
                client.authPlain(USER, "another one");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "535 5.7.8 authentication failed",
                "535 5.7.3 Authentication unsuccessful",
                "535 Incorrect authentication data",
                "525 5.7.13 account disabled",
                "550 5.7.8 authentication failed",
                "535-5.7.8 Username and Password not accepted\r\n535 5.7.8 see https://example.org"
            })
    void a_refusal_of_the_credentials_is_535(String reply) {
        assertAnswerIs(535, "5.7.8", reply);
    }

    /** The client may be right: it must not be made to ask its user for another password. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "454 4.7.0 temporary authentication failure",
                "432 4.7.12 a password transition is needed",
                "421 4.7.0 too many failures",
                "435 4.7.8 not now",
                "500 5.5.6 line too long",
                "501 5.5.2 cannot decode",
                "503 5.5.1 no AUTH here",
                "504 5.5.4 no such mechanism",
                "530 5.7.0 must issue STARTTLS first",
                "534 5.7.9 mechanism is too weak",
                "538 5.7.11 encryption needed",
                "554 5.7.0 no",
                "250 2.0.0 ok",
                "221 2.0.0 bye",
                "334 more",
                "354 go on"
            })
    void any_other_answer_of_the_upstream_is_454(String reply) {
        assertAnswerIs(454, "4.7.0", reply);
    }

    private void assertAnswerIs(int code, String status, String reply) {
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway = before(upstream).start();
                SmtpClient client = gateway.client()) {
            upstream.reply(Moment.at(Stage.AUTH), reply);
            client.sendAuthPlain(USER, PASSWORD).expect(code, status);
            client.authPlain(USER, PASSWORD);
            deliver(client, "m1");
            client.quit();
        }
    }

    /** RFC 4422 section 2: the upstream decides who may act for whom. */
    @Test
    void who_acts_for_another_one_is_that_one() {
        accounts.master("root", "secret of root");
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway = before(upstream).start();
                SmtpClient client = gateway.client()) {
            client.send("AUTH PLAIN " + base64("root\0" + USER + "\0" + PASSWORD))
                    .expect(535, "5.7.8");
            client.send("AUTH PLAIN " + base64(USER + "\0root\0secret of root")).expect(235, "2.7.0");
            deliver(client, "m1");
            assertThat(upstream.messages())
                    .singleElement()
                    .satisfies(message -> assertThat(message.client().login()).isEqualTo(USER));
        }
    }

    /** LOGIN cannot say whom to act as: that is the mechanism's fault, and not the client's. */
    @Test
    void what_the_mechanisms_of_the_upstream_cannot_carry_it_cannot_judge() {
        SaslAccounts onlyLogin = new SaslAccounts("LOGIN").password(USER, PASSWORD);
        try (ScriptedUpstream upstream = LoginScene.open(onlyLogin);
                TestGateway gateway = before(upstream).start();
                SmtpClient client = gateway.client()) {
            client.send("AUTH PLAIN " + base64("root\0" + USER + "\0" + PASSWORD))
                    .expect(454, "4.7.0");
            client.authPlain(USER, PASSWORD);
        }
    }

    @ParameterizedTest
    @CsvSource({"alice,''", "'al ice',' won der '", "alice,pass\u00adword", "\u0627\u06271,wonder"})
    void a_login_of_strange_shape_is_wrong_and_no_trouble(String user, String password) {
        SaslAccounts many = new SaslAccounts("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256").password(USER, PASSWORD);
        try (ScriptedUpstream upstream = LoginScene.open(many);
                TestGateway gateway = before(upstream).start();
                SmtpClient client = gateway.client()) {
            client.sendAuthPlain(user, password).expect(535, "5.7.8");
            client.authPlain(USER, PASSWORD);
        }
    }

    @Test
    void in_a_chain_wrong_leads_on_and_trouble_does_not() {
        PasswordJudge file = new PasswordJudge((name, password) -> name.equals("bob") && password.equals("of a file"));
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway = before(upstream)
                        .judges(SOON, new UpstreamBackend(), file)
                        .start();
                SmtpClient client = gateway.client();
                SmtpClient other = gateway.client()) {
            client.authPlain("bob", "of a file");
            upstream.fault(upstream.next(Stage.AUTH), Fault.REPLY_421);
            other.sendAuthPlain("bob", "of a file").expect(454, "4.7.0");
        }
    }

    @Test
    void behind_another_backend_it_is_asked_for_whom_that_does_not_know() {
        PasswordJudge file = new PasswordJudge((name, password) -> name.equals("bob") && password.equals("of a file"));
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway = before(upstream)
                        .judges(SOON, file, new UpstreamBackend())
                        .start();
                SmtpClient client = gateway.client();
                SmtpClient other = gateway.client()) {
            client.authPlain("bob", "of a file");
            assertThat(upstream.connections()).isEmpty();
            other.sendAuthPlain("bob", "of another").expect(535, "5.7.8");
            other.authPlain(USER, PASSWORD);
            deliver(other, "m1");
        }
    }

    /** Where the gateway logs in as itself, or not at all, any login would do. */
    @Test
    void an_upstream_that_is_not_logged_in_at_as_the_client_cannot_tell() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway =
                        before(upstream).identity(new UpstreamIdentity.None()).start();
                SmtpClient client = gateway.client()) {
            client.sendAuthPlain(USER, PASSWORD).expect(454, "4.7.0");
            assertThat(upstream.connections()).isEmpty();
        }
    }

    /** Row 4 of the closure contract, though no transaction has gone through the connection before. */
    @ParameterizedTest
    @EnumSource(Failover.class)
    void a_connection_that_died_between_login_and_mail_is_replaced(Failover failover) {
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway = before(upstream).failover(failover).start();
                SmtpClient client = gateway.client()) {
            client.authPlain(USER, PASSWORD);
            upstream.fault(Moment.at(Stage.MAIL), Fault.EOF);
            deliver(client, "m1");
            client.quit();
        }
    }

    /** Row 2. */
    @Test
    void with_session_pooling_a_closure_after_the_login_ends_the_idle_session() {
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway = before(upstream).pooling(Pooling.SESSION).start();
                SmtpClient client = gateway.client()) {
            client.authPlain(USER, PASSWORD);
            upstream.closeIdle(Fault.EOF);
            client.expect(221, "2.0.0");
            client.expectCleanEnd();
        }
    }

    private static TestGateway.Builder before(ScriptedUpstream upstream) {
        return TestGateway.inFrontOf(upstream.port()).upstreamJudges().eventLoops(1);
    }

    private static void logInAndQuit(TestGateway gateway) {
        try (SmtpClient client = gateway.client()) {
            client.authPlain(USER, PASSWORD);
            client.quit();
        }
    }

    private static void deliver(SmtpClient client, String id) {
        client.transaction(USER + "@example.org", "b@example.org", "X-Test-Id: " + id + "\r\n\r\nHello\r\n");
        client.expect(250);
    }

    private static long logins(ScriptedUpstream upstream) {
        return upstream.connections().stream()
                .flatMap(connection -> connection.commands().stream())
                .filter(command -> command.startsWith("AUTH"))
                .count();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
