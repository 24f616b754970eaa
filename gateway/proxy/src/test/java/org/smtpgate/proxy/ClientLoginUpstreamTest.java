package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamIdentity;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Delegated;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Method;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Passthrough;
import org.smtpgate.proxy.upstream.UpstreamSettings.Introduction;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.proxy.upstream.UpstreamSettings.ProxyProtocol;
import org.smtpgate.smtp.sender.Introduction.Xclient;
import org.smtpgate.testkit.Message;
import org.smtpgate.testkit.SaslAccounts;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Transport;

/** The gateway logs in at its upstream as each client: with the client's own password, or by a master user's. */
class ClientLoginUpstreamTest {
    private static final Method STRONGEST = Method.STRONGEST;
    private static final String WRONG = "not wonder";

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void a_client_s_own_login_is_repeated_and_its_connection_is_nobody_else_s(Pooling pooling) {
        SaslAccounts accounts =
                new SaslAccounts("PLAIN").password("alice", secretOf("alice")).password("bob", secretOf("bob"));
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, new Passthrough(STRONGEST), pooling, 50)) {
            for (String user : List.of("alice", "bob", "alice", "bob")) {
                send(gateway, user, user + "-" + upstream.messages().size());
            }
            assertEachIsItsOwners(upstream, 4);
            int sessionsShare = pooling == Pooling.TRANSACTION ? 2 : 4;
            assertThat(upstream.connections()).hasSize(sessionsShare);
            assertThat(gateway.scrape()).doesNotContain(secretOf("alice"), secretOf("bob"));
        }
    }

    @Test
    void who_is_refused_there_is_told_so_at_mail_and_nobody_else_suffers() {
        SaslAccounts accounts =
                new SaslAccounts("PLAIN").password("alice", secretOf("alice")).password("bob", WRONG);
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, new Passthrough(STRONGEST), Pooling.TRANSACTION, 50)) {
            for (int i = 0; i < 5; i++) {
                try (SmtpClient client = loggedIn(gateway, "bob")) {
                    client.send("MAIL FROM:<bob@example.org>").expect(451, "4.7.0");
                    client.quit();
                }
            }
            send(gateway, "alice", "alice-1");
            assertThat(gateway.metric("smtpgate_upstream_endpoint_ejections_total"))
                    .isZero();
            accounts.password("bob", secretOf("bob"));
            send(gateway, "bob", "bob-1");
            assertEachIsItsOwners(upstream, 2);
        }
    }

    @Test
    void who_has_not_logged_in_has_no_connection_there() {
        try (ScriptedUpstream upstream = secured(new SaslAccounts("PLAIN"));
                TestGateway gateway = inFrontOf(upstream, new Passthrough(STRONGEST), Pooling.TRANSACTION, 50);
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.pipeline("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>");
            client.expect(530, "5.7.0");
            client.expect(503);
            assertThat(upstream.connections()).isEmpty();
            assertThat(gateway.metric("smtpgate_upstream_wait_seconds_count{outcome=\"authentication\""))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"PLAIN,''", "LOGIN,*"})
    void a_master_user_acts_as_each_client(String mechanism, String separator) {
        SaslAccounts accounts = new SaslAccounts(mechanism).master("gateway", "master of all");
        UpstreamIdentity identity = new Delegated(STRONGEST, "gateway", "master of all", separator);
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, identity, Pooling.TRANSACTION, 50)) {
            for (String user : List.of("alice", "bob", "alice")) {
                send(gateway, user, user + "-" + upstream.messages().size());
            }
            assertEachIsItsOwners(upstream, 3);
            assertThat(upstream.connections()).hasSize(2);
        }
    }

    @Test
    void a_login_that_could_name_another_one_is_not_passed_to_a_master_user() {
        SaslAccounts accounts = new SaslAccounts("LOGIN").master("gateway", "master of all");
        UpstreamIdentity identity = new Delegated(STRONGEST, "gateway", "master of all", "*");
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, identity, Pooling.TRANSACTION, 50);
                SmtpClient client = loggedIn(gateway, "alice*bob")) {
            client.send("MAIL FROM:<alice@example.org>").expect(554, "5.7.0");
            assertThat(upstream.connections()).isEmpty();
        }
    }

    /** STARTTLS makes a session forget who it was (RFC 3207 section 4.2), its connection upstream included. */
    @ParameterizedTest
    @EnumSource(Pooling.class)
    void who_logs_in_anew_after_starttls_leaves_the_connection_of_the_login_before(Pooling pooling) {
        SaslAccounts accounts =
                new SaslAccounts("PLAIN").password("alice", secretOf("alice")).password("bob", secretOf("bob"));
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = builder(upstream, new Passthrough(STRONGEST), pooling, 50)
                        .clientTls(TlsMode.STARTTLS)
                        .start();
                SmtpClient client = loggedIn(gateway, "alice")) {
            deliver(client, "alice", "alice-1");
            client.startTls().ehlo();
            client.send("MAIL FROM:<alice@example.org>").expect(530, "5.7.0");
            client.authPlain("bob", secretOf("bob"));
            deliver(client, "bob", "bob-1");
            assertEachIsItsOwners(upstream, 2);
        }
    }

    @Test
    void told_by_xclient_whose_a_message_is_the_upstream_sees_the_same_client_log_in_again() {
        SaslAccounts accounts =
                new SaslAccounts("PLAIN").password("alice", secretOf("alice")).password("bob", secretOf("bob"));
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .extensions("PIPELINING", "XCLIENT ADDR PORT LOGIN")
                        .accounts(accounts)
                        .start();
                TestGateway gateway = builder(
                                upstream, new Passthrough(new Method(null, true)), Pooling.TRANSACTION, 50)
                        .upstreamTls(TlsMode.NONE)
                        .introduction(new Introduction(Xclient.REFUSE, false, ProxyProtocol.OFF, false))
                        .eventLoops(1)
                        .start()) {
            for (String user : List.of("alice", "bob", "alice", "bob")) {
                send(gateway, user, user + "-" + upstream.messages().size());
            }
            assertEachIsItsOwners(upstream, 4);
            assertThat(upstream.connections()).hasSize(2);
            assertThat(upstream.messages())
                    .allSatisfy(message -> assertThat(message.client().xclient())
                            .containsKeys("ADDR", "PORT")
                            .doesNotContainKey("LOGIN"));
            assertThat(upstream.violations()).isEmpty();
        }
    }

    /** Many logins over few connections, with resets, quits and messages as they come. */
    @Test
    void under_contention_no_message_is_sent_under_another_s_login() throws Exception {
        SaslAccounts accounts = new SaslAccounts("PLAIN", "SCRAM-SHA-256");
        for (int i = 0; i < 8; i++) {
            accounts.password("user" + i, secretOf("user" + i));
        }
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway =
                        inFrontOf(upstream, new Passthrough(new Method("PLAIN", false)), Pooling.TRANSACTION, 3)) {
            ExecutorService clients = Executors.newFixedThreadPool(16);
            List<java.util.concurrent.Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                int number = i;
                all.add(clients.submit(() -> restless(gateway, "user" + number % 8, number)));
            }
            clients.shutdown();
            for (java.util.concurrent.Future<?> each : all) {
                each.get(60, TimeUnit.SECONDS);
            }
            assertEachIsItsOwners(upstream, 16 * 3);
            assertThat(upstream.violations()).isEmpty();
        }
    }

    private static void restless(TestGateway gateway, String user, int number) {
        for (int i = 0; i < 3; i++) {
            try (SmtpClient client = loggedIn(gateway, user).timeout(Duration.ofSeconds(40))) {
                client.mail(user + "@example.org");
                if (i % 2 == 0) {
                    client.rcpt("elsewhere@example.org");
                }
                client.send("RSET").expect(250);
                deliver(client, user, user + "-" + number + "-" + i);
                if (number % 2 == 0) {
                    client.mail(user + "@example.org");
                }
                client.quit();
            }
        }
    }

    private static void assertEachIsItsOwners(ScriptedUpstream upstream, int count) {
        assertThat(upstream.messages())
                .hasSize(count)
                .allSatisfy(message -> assertThat(message.client().login()).isEqualTo(owner(message)));
    }

    private static String owner(Message message) {
        return message.id().substring(0, message.id().indexOf('-'));
    }

    private static void send(TestGateway gateway, String user, String id) {
        try (SmtpClient client = loggedIn(gateway, user)) {
            deliver(client, user, id);
            client.quit();
        }
    }

    private static void deliver(SmtpClient client, String user, String id) {
        client.transaction(user + "@example.org", "b@example.org", "X-Test-Id: " + id + "\r\n\r\nHello\r\n");
        client.expect(250);
    }

    private static SmtpClient loggedIn(TestGateway gateway, String user) {
        SmtpClient client = SmtpClient.connect(gateway.port());
        client.greet();
        return client.authPlain(user, secretOf(user));
    }

    private static String secretOf(String user) {
        return "secret of " + user;
    }

    private static ScriptedUpstream secured(SaslAccounts accounts) {
        return ScriptedUpstream.builder()
                .transport(Transport.STARTTLS)
                .accounts(accounts)
                .start();
    }

    private static TestGateway inFrontOf(
            ScriptedUpstream upstream, UpstreamIdentity identity, Pooling pooling, int maxConnections) {
        return builder(upstream, identity, pooling, maxConnections).start();
    }

    private static TestGateway.Builder builder(
            ScriptedUpstream upstream, UpstreamIdentity identity, Pooling pooling, int maxConnections) {
        Pool usual = Pool.DEFAULTS;
        return TestGateway.inFrontOf(upstream.port())
                .upstreamTls(TlsMode.STARTTLS)
                .identity(identity)
                .pooling(pooling)
                .pool(new Pool(
                        maxConnections,
                        usual.queueLength(),
                        usual.queueTimeout(),
                        usual.connectAttempts(),
                        usual.idleTimeout(),
                        usual.maxLifetime(),
                        usual.maxTransactions()))
                .auth(false, true)
                .backend(new PasswordJudge((name, password) -> secretOf(name).equals(password)));
    }
}
