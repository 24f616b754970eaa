package org.smtpgate.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.smtpgate.proxy.TestGateway.PASSWORD;
import static org.smtpgate.proxy.TestGateway.USER;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.proxy.authn.UpstreamBackend;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamSettings.Health;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.SaslAccounts;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;

/** A login that is tried at the upstream ends in time, whoever goes away meanwhile, and leaves nothing behind. */
@Execution(ExecutionMode.CONCURRENT)
class UpstreamLoginBoundsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(700);
    private static final String CONNECTIONS = "smtpgate_upstream_connections{";

    private final SaslAccounts accounts = new SaslAccounts("PLAIN").password(USER, PASSWORD);

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void while_the_upstream_is_down_it_is_454_and_when_it_is_back_235(Pooling pooling) {
        ScriptedUpstream before = LoginScene.open(accounts);
        try (TestGateway gateway =
                        before(before).pooling(pooling).health(eagerHealth()).start();
                SmtpClient client = gateway.client()) {
            before.close();
            for (int i = 0; i < 5; i++) {
                client.sendAuthPlain(USER, PASSWORD).expect(454, "4.7.0");
            }
            try (ScriptedUpstream back = ScriptedUpstream.builder()
                    .accounts(accounts)
                    .port(before.port())
                    .start()) {
                // Until it is tried again, after several failures.
                await().atMost(SOON)
                        .until(() ->
                                client.sendAuthPlain(USER, PASSWORD).reply().code() == 235);
                deliver(client, "m1");
                client.quit();
                assertThat(back.messages()).hasSize(1);
            }
        }
    }

    /** Whoever provokes the server by wrong logins must not shut out those with right ones. */
    @ParameterizedTest
    @ValueSource(strings = {"454 4.7.0 not now", "421 4.7.0 too many failures", "220 what?"})
    void what_the_upstream_answers_to_logins_says_nothing_of_its_health(String reply) {
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway = before(upstream).start();
                SmtpClient mallory = gateway.client();
                SmtpClient client = gateway.client()) {
            for (int i = 0; i < 5; i++) {
                upstream.reply(upstream.next(Stage.AUTH), reply);
                mallory.sendAuthPlain("mallory", "guess " + i).expect(454, "4.7.0");
            }
            for (Fault fault : List.of(Fault.EOF, Fault.RST, Fault.CLOSE, Fault.EOF, Fault.RST)) {
                upstream.fault(upstream.next(Stage.AUTH), fault);
                mallory.sendAuthPlain("mallory", "guess " + fault).expect(454, "4.7.0");
            }
            client.authPlain(USER, PASSWORD);
            assertThat(gateway.metric("smtpgate_upstream_endpoint_ejections_total"))
                    .isZero();
        }
    }

    /** The connection may yet come: then it is nobody's, and must not be kept from those behind. */
    @ParameterizedTest
    @EnumSource(Pooling.class)
    void the_time_of_the_listener_bounds_the_trial(Pooling pooling) {
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway = before(upstream)
                        .pooling(pooling)
                        .judges(SHORT, new UpstreamBackend())
                        .pool(pool(1, SOON))
                        .start();
                SmtpClient client = gateway.client()) {
            upstream.delay(Moment.at(Stage.AUTH), SHORT.multipliedBy(2));
            client.sendAuthPlain(USER, PASSWORD).expect(454, "4.7.0");
            await().atMost(SOON)
                    .until(() -> client.sendAuthPlain(USER, PASSWORD).reply().code() == 235);
            deliver(client, "m1");
            client.quit();
            assertNothingLeaks(gateway);
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void who_finds_no_room_in_time_is_told_454_and_may_try_again(Pooling pooling) {
        accounts.password("bob", "of bob");
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway =
                        before(upstream).pooling(pooling).pool(pool(1, SHORT)).start();
                SmtpClient first = gateway.client();
                SmtpClient second = gateway.client()) {
            first.authPlain(USER, PASSWORD);
            first.mail("a@example.org");
            second.sendAuthPlain("bob", "of bob").expect(454, "4.7.0");
            first.quit();
            second.authPlain("bob", "of bob");
            deliver(second, "m1");
            second.quit();
            assertNothingLeaks(gateway);
        }
    }

    /** With one connection in all: if that were lost on the way, nobody could log in any more. */
    @ParameterizedTest
    @EnumSource(Pooling.class)
    void a_client_that_vanishes_in_the_trial_takes_nothing_with_it(Pooling pooling) {
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway =
                        before(upstream).pooling(pooling).pool(pool(1, SOON)).start()) {
            for (int i = 0; i < 3; i++) {
                upstream.delay(upstream.next(Stage.AUTH), Duration.ofMillis(300));
                SmtpClient vanishing = gateway.client();
                vanishing.sendAuthPlain(USER, PASSWORD);
                upstream.awaitConnections(i + 1, SOON);
                vanishing.reset();
                try (SmtpClient other = gateway.client()) {
                    other.authPlain(USER, PASSWORD);
                    deliver(other, "m" + i);
                    other.quit();
                }
                upstream.closeIdle(Fault.EOF);
                assertNothingLeaks(gateway);
            }
        }
    }

    @Test
    void what_is_pipelined_behind_auth_waits_for_its_answer_and_quit_for_nothing_else() {
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway = before(upstream).start();
                SmtpClient client = gateway.client();
                SmtpClient other = gateway.client()) {
            upstream.delay(Moment.at(Stage.AUTH), Duration.ofMillis(200));
            client.sendRaw(authPlain() + "NOOP\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n");
            client.expect(235);
            client.expect(250);
            client.expect(250);
            client.expect(250);
            client.expect(354);
            client.sendRaw("X-Test-Id: m1\r\n\r\nHello\r\n.\r\nQUIT\r\n").expect(250);
            client.expect(221);
            client.expectCleanEnd();
            upstream.closeIdle(Fault.EOF);
            upstream.fault(upstream.next(Stage.AUTH), Fault.RST);
            other.sendRaw(authPlain() + "NOOP\r\nQUIT\r\n").expect(454, "4.7.0");
            other.expect(250);
            other.expect(221);
            other.expectCleanEnd();
        }
    }

    @Test
    void a_login_that_the_client_cancels_is_not_tried() {
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway = before(upstream).start();
                SmtpClient client = gateway.client()) {
            client.send("AUTH LOGIN").expect(334);
            client.send("YWxpY2U=").expect(334);
            client.send("*").expect(501);
            assertThat(upstream.connections()).isEmpty();
            client.authPlain(USER, PASSWORD);
        }
    }

    /** STARTTLS makes a session forget who it was (RFC 3207 section 4.2). */
    @ParameterizedTest
    @EnumSource(Pooling.class)
    void who_logs_in_anew_after_starttls_is_tried_anew(Pooling pooling) {
        accounts.password("bob", "of bob");
        try (ScriptedUpstream upstream = LoginScene.open(accounts);
                TestGateway gateway = before(upstream)
                        .pooling(pooling)
                        .clientTls(TlsMode.STARTTLS)
                        .start();
                SmtpClient client = gateway.client()) {
            client.authPlain(USER, PASSWORD);
            client.startTls().ehlo();
            client.sendAuthPlain("bob", PASSWORD).expect(535);
            client.authPlain("bob", "of bob");
            deliver(client, "m1");
            client.quit();
            assertThat(upstream.messages())
                    .singleElement()
                    .satisfies(message -> assertThat(message.client().login()).isEqualTo("bob"));
            assertNothingLeaks(gateway);
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void a_gateway_that_stops_does_not_wait_for_the_trial(Pooling pooling) {
        try (ScriptedUpstream upstream = LoginScene.open(accounts)) {
            upstream.fault(Moment.at(Stage.AUTH), Fault.HANG);
            try (TestGateway gateway = before(upstream).pooling(pooling).start();
                    SmtpClient client = gateway.client()) {
                client.sendAuthPlain(USER, PASSWORD);
                upstream.awaitStage(Stage.AUTH, 1, SOON);
                gateway.awaitStop();
                client.expect(421, "4.3.2");
                client.expectCleanEnd();
            }
        }
    }

    /** Right and wrong logins of many clients over few connections: none is taken for another's, none is lost. */
    @ParameterizedTest
    @EnumSource(Pooling.class)
    void under_contention_everybody_gets_the_answer_to_its_own_login(Pooling pooling) throws Exception {
        for (int i = 0; i < 4; i++) {
            accounts.password("user" + i, "of user" + i);
        }
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .accounts(accounts)
                        .maxConnections(3)
                        .start();
                TestGateway gateway = before(upstream)
                        .pooling(pooling)
                        .pool(pool(3, SOON))
                        .judges(SOON, new UpstreamBackend())
                        .eventLoops(2)
                        .start()) {
            ExecutorService clients = Executors.newFixedThreadPool(12);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                int number = i;
                all.add(clients.submit(() -> logInAndMail(gateway, number)));
            }
            clients.shutdown();
            for (Future<?> each : all) {
                each.get(60, TimeUnit.SECONDS);
            }
            assertThat(upstream.messages())
                    .hasSize(36)
                    .allSatisfy(message ->
                            assertThat(message.id()).startsWith(message.client().login() + "-"));
            assertThat(upstream.violations()).isEmpty();
            assertThat(upstream.refusedConnections()).isZero();
            assertNothingLeaks(gateway);
        }
    }

    private static void logInAndMail(TestGateway gateway, int number) {
        String user = "user" + number % 4;
        for (int i = 0; i < 3; i++) {
            try (SmtpClient client = gateway.client()) {
                if (number % 3 == 0) {
                    client.sendAuthPlain(user, "of user" + (number + 1) % 4).expect(535, "5.7.8");
                }
                client.authPlain(user, "of " + user);
                deliver(client, user + "-" + number + "-" + i);
                client.quit();
            }
        }
    }

    /** All that is left lies idle in its pool, and with session pooling there is nothing left. */
    private static void assertNothingLeaks(TestGateway gateway) {
        await().atMost(SOON).untilAsserted(() -> {
            for (String state : List.of("connecting", "leased", "resetting", "closing")) {
                assertThat(gateway.metric(CONNECTIONS, "state=\"" + state + "\""))
                        .as(state)
                        .isZero();
            }
            assertThat(gateway.metric("smtpgate_upstream_queued")).isZero();
            assertThat(gateway.metric("smtpgate_auth_pending")).isZero();
        });
    }

    private static TestGateway.Builder before(ScriptedUpstream upstream) {
        return TestGateway.inFrontOf(upstream.port()).upstreamJudges().eventLoops(1);
    }

    private static Health eagerHealth() {
        return new Health(Duration.ZERO, SOON, false, 3, Duration.ofMillis(100), Duration.ofMillis(200));
    }

    private static Pool pool(int maxConnections, Duration queueTimeout) {
        Pool usual = Pool.DEFAULTS;
        return new Pool(
                maxConnections,
                usual.queueLength(),
                queueTimeout,
                usual.connectAttempts(),
                usual.idleTimeout(),
                usual.maxLifetime(),
                usual.maxTransactions());
    }

    private static void deliver(SmtpClient client, String id) {
        client.transaction("a@example.org", "b@example.org", "X-Test-Id: " + id + "\r\n\r\nHello\r\n");
        client.expect(250);
    }

    private static String authPlain() {
        byte[] message = ("\0" + USER + "\0" + PASSWORD).getBytes(UTF_8);
        return "AUTH PLAIN " + Base64.getEncoder().encodeToString(message) + "\r\n";
    }
}
