package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.smtpgate.proxy.routing.RoutingSample.rule;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Message;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;

/** Each message goes where its route leads, one after the other in a session, and the session is none the wiser. */
class RoutingTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final ScriptedUpstream legacy = ScriptedUpstream.start();
    private final ScriptedUpstream fast = ScriptedUpstream.start();
    private final TestGateway.Builder settings =
            TestGateway.inFrontOf(legacy.port()).eventLoops(1);
    private TestGateway gateway;
    private SmtpClient client;

    private void start(Pooling pooling, Pooling ofFast) {
        gateway = settings.pooling(pooling).another("fast", ofFast, fast.port()).start();
        client = SmtpClient.connect(gateway.port()).timeout(SOON);
        client.greet();
    }

    @AfterEach
    void close() {
        client.close();
        legacy.close();
        fast.close();
        gateway.close();
    }

    private void send(String id, String sender) {
        client.transaction(sender, "b@example.org", "X-Test-Id: " + id + "\r\n\r\nHello\r\n")
                .expect(250);
    }

    private double transactions(String upstream, String outcome) {
        return gateway.metric("smtpgate_transactions_total{listener=\"submission\",outcome=\"" + outcome
                + "\",upstream=\"" + upstream + "\"");
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void each_message_of_a_session_goes_where_its_sender_leads(Pooling pooling) {
        settings.routes(rule().from("*.fast.test").to("fast"));
        start(pooling, pooling);
        send("m1", "a@example.org");
        send("m2", "a@mail.Fast.Test");
        send("m3", "a@example.org");
        client.quit();

        assertThat(legacy.messages()).extracting(Message::id).containsExactly("m1", "m3");
        assertThat(fast.messages()).extracting(Message::id).containsExactly("m2");
        assertThat(legacy.violations()).isEmpty();
        assertThat(fast.violations()).isEmpty();
        assertThat(transactions("legacy", "accepted")).isEqualTo(2);
        assertThat(transactions("fast", "accepted")).isEqualTo(1);
    }

    @Test
    void a_rule_may_be_about_the_listener_alone() {
        settings.routes(
                rule().listener("elsewhere").to("legacy"),
                rule().listener("submission").to("fast"));
        start(Pooling.TRANSACTION, Pooling.TRANSACTION);
        send("m1", "a@example.org");

        assertThat(fast.messages()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void who_is_logged_in_counts_from_then_on(Pooling pooling) {
        settings.routes(rule().login("anna@*").attribute("tier", "gold").to("fast"))
                .auth(false, true)
                .backend(new PasswordJudge((name, password) -> true, RoutingTest::golden));
        start(pooling, pooling);
        send("m1", "a@example.org");
        client.authPlain("Anna", "any");
        send("m2", "a@example.org");
        client.quit();

        assertThat(legacy.messages()).extracting(Message::id).containsExactly("m1");
        assertThat(fast.messages()).extracting(Message::id).containsExactly("m2");
    }

    @Test
    void who_logged_in_before_a_handshake_has_not_logged_in() {
        settings.routes(rule().login("*").to("fast")).auth(false, true).clientTls(TlsMode.STARTTLS);
        start(Pooling.TRANSACTION, Pooling.TRANSACTION);
        client.authPlain(TestGateway.USER, TestGateway.PASSWORD);
        client.startTls();
        client.ehlo();
        send("m1", "a@example.org");

        assertThat(legacy.messages()).hasSize(1);
        assertThat(fast.connections()).isEmpty();
    }

    @Test
    void what_is_offered_all_upstreams_of_the_client_can_do() {
        try (ScriptedUpstream old =
                ScriptedUpstream.builder().extensions("PIPELINING", "SIZE 1000").start()) {
            settings.routes(rule().from("old.test").to("old")).another("old", Pooling.TRANSACTION, old.port());
            start(Pooling.TRANSACTION, Pooling.TRANSACTION);
            send("m1", "a@example.org");
            assertThat(client.ehlo().text()).contains("8BITMIME");
            send("m2", "a@old.test");
            assertThat(client.ehlo().text()).doesNotContain("8BITMIME").contains("SIZE 1000");
            client.quit();
        }
    }

    @Test
    void what_is_offered_to_who_is_logged_in_only_its_own_upstreams_must_know() {
        try (ScriptedUpstream old =
                ScriptedUpstream.builder().extensions("PIPELINING").start()) {
            settings.routes(
                            rule().login(TestGateway.USER).to("fast"),
                            rule().from("old.test").to("old"))
                    .another("old", Pooling.TRANSACTION, old.port())
                    .auth(false, true);
            start(Pooling.TRANSACTION, Pooling.TRANSACTION);
            send("m1", "a@old.test");
            assertThat(client.ehlo().text()).doesNotContain("8BITMIME");
            client.authPlain(TestGateway.USER, TestGateway.PASSWORD);
            assertThat(client.ehlo().text()).contains("8BITMIME");
            client.quit();
        }
    }

    // A session keeps one connection, and that is the one that can end it

    @Test
    void a_session_that_goes_elsewhere_says_goodbye_to_the_upstream_that_it_leaves() {
        settings.routes(rule().from("fast.test").to("fast"));
        start(Pooling.SESSION, Pooling.SESSION);
        send("m1", "a@example.org");
        send("m2", "a@fast.test");
        legacy.awaitOpenConnections(0, SOON);
        assertThat(legacy.connection(1).quit()).isTrue();
        client.expectOpen();
        send("m3", "a@fast.test");
        assertThat(fast.connections()).hasSize(1);

        assertThat(fast.closeIdle(Fault.EOF)).isEqualTo(1);
        client.expect(221, "2.0.0");
        client.expectCleanEnd();
    }

    @Test
    void what_is_kept_nowhere_ends_no_session() {
        settings.routes(rule().from("fast.test").to("fast"));
        start(Pooling.SESSION, Pooling.TRANSACTION);
        send("m1", "a@example.org");
        send("m2", "a@fast.test");
        legacy.awaitOpenConnections(0, SOON);
        assertThat(fast.closeIdle(Fault.RST)).isEqualTo(1);
        client.expectOpen();
        send("m3", "a@example.org");
        client.quit();
        legacy.awaitOpenConnections(0, SOON);
    }

    @Test
    void a_connection_lost_at_one_upstream_is_no_loss_at_another() {
        settings.routes(rule().from("fast.test").to("fast"));
        start(Pooling.SESSION, Pooling.SESSION);
        client.mail("a@example.org");
        assertThat(legacy.closeIdle(Fault.EOF)).isEqualTo(1);
        await().atMost(SOON).until(() -> gateway.metric("smtpgate_upstream_connections{") == 0);
        client.send("RSET").expect(250);
        // It keeps its port: another test's upstream, at work beside this one, could be given a port that is free.
        fast.reply(Moment.at(Stage.GREETING).always(), "554 5.3.2 no service");
        // Row 3, and not row 5: the session had no connection there that it could not replace.
        client.send("MAIL FROM:<a@fast.test>").expect(451, "4.4.1");
        client.expectOpen();
        send("m1", "a@example.org");
        client.quit();
    }

    @Test
    void all_of_a_sessions_connections_are_given_back() {
        settings.routes(rule().from("fast.test").to("fast"));
        start(Pooling.SESSION, Pooling.SESSION);
        for (int turn = 0; turn < 5; turn++) {
            send("m" + turn, turn % 2 == 0 ? "a@example.org" : "a@fast.test");
        }
        client.mail("a@fast.test");
        client.reset();
        legacy.awaitOpenConnections(0, SOON);
        fast.awaitOpenConnections(0, SOON);
        assertThat(legacy.connections()).hasSize(3);
        assertThat(fast.connections()).hasSize(3);
    }

    /** Everybody's login is in a domain, and golden. */
    private static User golden(String name) {
        User user = User.fromName(name.toLowerCase(Locale.ROOT) + "@example.org");
        user.attributes().mergeIn(new JsonObject().put("tier", "gold"));
        return user;
    }
}
