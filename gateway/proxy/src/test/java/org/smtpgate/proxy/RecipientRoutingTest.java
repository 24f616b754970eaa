package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.smtpgate.proxy.routing.RoutingSample.rule;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.proxy.upstream.UpstreamSettings.Failover;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Message;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;

/** Where the recipient decides, MAIL is welcomed by the gateway, and the first RCPT goes with it to an upstream. */
class RecipientRoutingTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String MAIL = "MAIL FROM:<a@example.org>";
    private static final String LEGACY = "RCPT TO:<b@example.org>";
    private static final String FAST = "RCPT TO:<b@fast.test>";

    private final ScriptedUpstream legacy = ScriptedUpstream.start();
    private final ScriptedUpstream fast = ScriptedUpstream.start();
    private final TestGateway.Builder settings = TestGateway.inFrontOf(legacy.port())
            .routes(rule().recipient("fast.test").to("fast"))
            .eventLoops(1);
    private TestGateway gateway;
    private SmtpClient client;

    private void start(Pooling pooling) {
        gateway =
                settings.pooling(pooling).another("fast", pooling, fast.port()).start();
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

    private void finish(String id) {
        client.send("DATA").expect(354);
        client.sendRaw("X-Test-Id: " + id + "\r\n\r\nHello\r\n.\r\n").expect(250, "2.0.0");
    }

    private double transactions(String upstream, String outcome) {
        return gateway.metric("smtpgate_transactions_total{listener=\"submission\",outcome=\"" + outcome
                + "\",upstream=\"" + upstream + "\"");
    }

    private void assertThatNobodyComplains() {
        assertThat(legacy.violations()).isEmpty();
        assertThat(fast.violations()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void the_first_recipient_decides(Pooling pooling) {
        start(pooling);
        client.send(MAIL).expect(250, "2.1.0");
        client.expectOpen();
        assertThat(legacy.connections()).isEmpty();
        assertThat(fast.connections()).isEmpty();
        client.send(FAST).expect(250, "2.1.5");
        client.send("RCPT TO:<c@FAST.test>").expect(250, "2.1.5");
        finish("m1");
        client.send(MAIL).expect(250, "2.1.0");
        client.send(LEGACY).expect(250, "2.1.5");
        finish("m2");
        client.quit();

        assertThat(fast.messages()).singleElement().satisfies(message -> {
            assertThat(message.id()).isEqualTo("m1");
            assertThat(message.mail()).isEqualTo(MAIL);
            assertThat(message.recipients()).containsExactly("b@fast.test", "c@FAST.test");
        });
        assertThat(legacy.messages()).extracting(Message::id).containsExactly("m2");
        assertThatNobodyComplains();
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void a_recipient_of_another_route_is_for_another_transaction(Pooling pooling) {
        start(pooling);
        client.send(MAIL).expect(250);
        client.send(LEGACY).expect(250);
        assertThat(client.send(FAST).expect(452, "4.5.3").text()).contains("another route");
        client.send("RCPT TO:<c@example.org>").expect(250);
        finish("m1");
        client.send(MAIL).expect(250);
        client.send(FAST).expect(250);
        client.send(LEGACY).expect(452, "4.5.3");
        finish("m2");
        client.quit();

        assertThat(legacy.messages())
                .singleElement()
                .satisfies(
                        message -> assertThat(message.recipients()).containsExactly("b@example.org", "c@example.org"));
        assertThat(fast.messages())
                .singleElement()
                .satisfies(message -> assertThat(message.recipients()).containsExactly("b@fast.test"));
        assertThatNobodyComplains();
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void replies_to_a_group_keep_their_order(Pooling pooling) {
        legacy.reply(Moment.at(Stage.RCPT).nth(2), "550 5.1.1 unknown");
        start(pooling);
        client.pipeline(MAIL, LEGACY, FAST, "RCPT TO:<c@example.org>", "RCPT TO:<d@example.org>", "DATA");
        client.expect(250, "2.1.0");
        client.expect(250, "2.1.5");
        client.expect(452, "4.5.3");
        client.expect(550, "5.1.1");
        client.expect(250, "2.1.5");
        client.expect(354);
        client.message("Hello\r\n").expect(250);
        client.quit();

        assertThat(legacy.messages())
                .singleElement()
                .satisfies(
                        message -> assertThat(message.recipients()).containsExactly("b@example.org", "d@example.org"));
        assertThat(fast.connections()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void a_sender_that_the_upstream_refuses_is_refused_with_the_recipient(Pooling pooling) {
        fast.reply(Moment.at(Stage.MAIL), "550 5.7.1 not you");
        start(pooling);
        client.send(MAIL).expect(250);
        client.send(FAST).expect(550, "5.7.1");
        client.send("RCPT TO:<c@fast.test>").expect(503, "5.5.1");
        client.send("DATA").expect(503, "5.5.1");
        client.send(MAIL).expect(250);
        client.send(LEGACY).expect(250);
        finish("m1");
        client.send(MAIL).expect(250);
        client.send(FAST).expect(250);
        finish("m2");
        client.quit();

        assertThat(transactions("fast", "rejected")).isEqualTo(1);
        assertThat(transactions("fast", "accepted")).isEqualTo(1);
        assertThatNobodyComplains();
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void the_rest_of_a_group_behind_a_refused_sender_is_out_of_order(Pooling pooling) {
        fast.reply(Moment.at(Stage.MAIL), "450 4.7.1 later");
        start(pooling);
        client.pipeline(MAIL, FAST, "RCPT TO:<c@fast.test>", LEGACY, "DATA");
        client.expect(250, "2.1.0");
        client.expect(450, "4.7.1");
        client.expect(503, "5.5.1");
        // Said before anybody could know that there is no transaction any more.
        client.expect(452, "4.5.3");
        client.expect(503, "5.5.1");
        client.quit();
        assertThat(transactions("fast", "deferred")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void an_upstream_that_cannot_be_reached_costs_the_transaction(Pooling pooling) {
        // It keeps its port: another test's upstream, at work beside this one, could be given a port that is free.
        fast.reply(Moment.at(Stage.GREETING).always(), "554 5.3.2 no service");
        start(pooling);
        client.pipeline(MAIL, FAST, "DATA");
        client.expect(250, "2.1.0");
        client.expect(451, "4.4.1");
        client.expect(503, "5.5.1");
        client.pipeline(MAIL, LEGACY, "DATA");
        client.expect(250, "2.1.0");
        client.expect(250, "2.1.5");
        client.expect(354);
        client.message("Hello\r\n").expect(250);
        client.quit();
        assertThat(transactions("fast", "deferred")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"TRANSACTION,EOF", "TRANSACTION,RST", "TRANSACTION,REPLY_421", "SESSION,EOF", "SESSION,RST"})
    void row_4_a_connection_that_was_used_before_is_found_dead_unseen(Pooling pooling, Fault fault) {
        settings.failover(Failover.MAIL);
        start(pooling);
        client.send(MAIL).expect(250);
        client.send(FAST).expect(250);
        finish("m1");
        fast.fault(fast.next(Stage.MAIL), fault);
        client.send(MAIL).expect(250);
        client.send(FAST).expect(250);
        finish("m2");
        client.quit();

        assertThat(fast.messages()).extracting(Message::id).containsExactly("m1", "m2");
        assertThat(gateway.metric("smtpgate_upstream_retries_total{outcome=\"done\",sent=\"mail\",upstream=\"fast\""))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void row_6_a_new_connection_that_is_lost_is_lost_with_the_recipient(Pooling pooling) {
        settings.failover(Failover.MAIL);
        fast.fault(Moment.at(Stage.MAIL), Fault.EOF);
        start(pooling);
        client.pipeline(MAIL, FAST, "DATA");
        client.expect(250, "2.1.0");
        client.expect(451, "4.4.2");
        client.expect(503, "5.5.1");
        client.send(MAIL).expect(250);
        client.send(FAST).expect(250);
        finish("m1");
        client.quit();
    }

    @ParameterizedTest
    @CsvSource({
        "MAIL,TRANSACTION",
        "MAIL,SESSION",
        "RCPT,TRANSACTION",
        "RCPT,SESSION",
        "DATA,TRANSACTION",
        "DATA,SESSION"
    })
    void failover_stays_at_the_upstream_of_the_route(Stage stage, Pooling pooling) {
        fast.fault(Moment.at(stage), Fault.EOF);
        start(pooling);
        client.pipeline(MAIL, FAST, "RCPT TO:<c@fast.test>", "DATA");
        client.expect(250, "2.1.0");
        client.expect(250, "2.1.5");
        client.expect(250, "2.1.5");
        client.expect(354);
        client.message("Hello\r\n").expect(250);
        client.quit();

        assertThat(fast.messages()).hasSize(1);
        assertThat(fast.connections()).hasSize(2);
        assertThat(legacy.connections()).isEmpty();
        assertThatNobodyComplains();
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void reset_and_quit_before_a_recipient_touch_no_upstream(Pooling pooling) {
        start(pooling);
        client.send(MAIL).expect(250);
        client.send("RSET").expect(250, "2.0.0");
        client.send("DATA").expect(503, "5.5.1");
        client.send(MAIL).expect(250);
        client.send("DATA").expect(503, "5.5.1");
        client.send("EHLO again.test").expect(250);
        client.send(MAIL).expect(250);
        client.quit();

        assertThat(legacy.connections()).isEmpty();
        assertThat(fast.connections()).isEmpty();
        assertThat(transactions("none", "aborted")).isEqualTo(3);
    }

    @Test
    void who_vanishes_before_a_recipient_leaves_nothing() {
        start(Pooling.TRANSACTION);
        assertThat(transactions("none", "aborted")).isZero();
        assertThat(gateway.scrape()).contains("upstream=\"none\"");
        client.send(MAIL).expect(250);
        client.reset();
        await().atMost(SOON).until(() -> transactions("none", "aborted") == 1);
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void the_connection_of_a_reset_transaction_is_used_again(Pooling pooling) {
        start(pooling);
        client.send(MAIL).expect(250);
        client.send(FAST).expect(250);
        client.send("RSET").expect(250);
        fast.awaitStage(Stage.RSET, 1, SOON);
        client.send(MAIL).expect(250);
        client.send("RCPT TO:<c@fast.test>").expect(250);
        finish("m1");
        client.quit();

        assertThat(fast.messages())
                .singleElement()
                .satisfies(message -> assertThat(message.recipients()).containsExactly("c@fast.test"));
        assertThatNobodyComplains();
    }
}
