package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.Stage;
import org.smtpgate.testkit.Transport;

/** What failover does not do: replay what was refused, go on without end, serve a client that is gone, send content twice. */
@Execution(ExecutionMode.CONCURRENT)
class FailoverBoundsTest {
    private static final Duration SOON = FailoverScene.SOON;
    private static final Duration SHORT = Duration.ofMillis(800);
    private static final int ALL = FailoverScene.ENVELOPE.size();

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void a_recipient_that_was_refused_is_not_replayed(Pooling pooling) {
        try (FailoverScene scene = scene(pooling)) {
            scene.endpoint(1).reply(Moment.at(Stage.RCPT).nth(2), "550 5.1.1 unknown");
            scene.endpoint(1).fault(Moment.at(Stage.DATA), Fault.EOF);
            scene.start();
            scene.give(0, 2);
            scene.client().send("RCPT TO:<c@example.org>").expect(550);
            scene.give(3, ALL);
            scene.finishMessage();
            scene.client().quit();
            assertThat(scene.endpoint(2).messages())
                    .singleElement()
                    .satisfies(message ->
                            assertThat(message.recipients()).containsExactly("b@example.org", "d@example.org"));
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void replies_to_a_group_stay_in_order_over_a_loss(Pooling pooling) {
        try (FailoverScene scene = scene(pooling)) {
            scene.endpoint(1).reply(Moment.at(Stage.RCPT).nth(2), "550 5.1.1 unknown");
            scene.endpoint(1).fault(Moment.at(Stage.RCPT).nth(3), Fault.EOF);
            scene.endpoint(2).reply(Moment.at(Stage.RCPT).nth(2), "450 4.2.1 busy");
            scene.start();
            scene.pipeline(0);
            scene.expectAccepted(0, 2);
            scene.client().expect(550, "5.1.1");
            scene.client().expect(450, "4.2.1");
            scene.client().expect(354);
            scene.finishMessage();
            scene.client().quit();
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void what_follows_a_refused_sender_is_not_taken_elsewhere(Pooling pooling) {
        try (FailoverScene scene = scene(pooling)) {
            scene.endpoint(1).reply(Moment.at(Stage.MAIL), "550 5.7.1 not you");
            scene.endpoint(1).fault(Moment.at(Stage.RCPT).before(), Fault.EOF);
            scene.start();
            scene.pipeline(0);
            scene.client().expect(550, "5.7.1");
            scene.expectDeferred(ALL - 2);
            scene.client().quit();
            assertThat(scene.connections()).isEqualTo(1);
            scene.assertNoRetries();
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void an_upstream_that_is_silent_may_have_heard(Pooling pooling) {
        try (FailoverScene scene = scene(pooling)) {
            scene.settings().upstreamTimeouts(new UpstreamSettings.Timeouts(SOON, SOON, SHORT, SOON, SOON, SOON));
            scene.endpoint(1).fault(Moment.at(Stage.RCPT).nth(2), Fault.HANG);
            scene.start();
            scene.pipeline(0);
            scene.expectAccepted(0, 2);
            scene.expectDeferred(ALL - 3);
            scene.client().quit();
            assertThat(scene.connections()).isEqualTo(1);
            scene.assertNoRetries();
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void an_upstream_that_breaks_the_protocol_is_not_replaced(Pooling pooling) {
        try (FailoverScene scene = scene(pooling)) {
            scene.endpoint(1).reply(Moment.at(Stage.RCPT).nth(2), "354 go ahead");
            scene.start();
            scene.give(0, 2);
            scene.client().send("RCPT TO:<c@example.org>").expect(451, "4.5.0");
            scene.client().quit();
            assertThat(scene.connections()).isEqualTo(1);
            scene.assertNoRetries();
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void content_is_never_sent_twice(Pooling pooling) {
        try (FailoverScene scene = scene(pooling)) {
            scene.endpoint(1).fault(Moment.contentAfter(10), Fault.EOF);
            scene.start();
            scene.give(0, ALL);
            scene.client().sendRaw("X-Test-Id: m1\r\n\r\n");
            scene.awaitLoss();
            scene.client().sendRaw("Hello\r\n.\r\n").expect(451, "4.4.2");
            scene.client().quit();
            assertThat(scene.connections()).isEqualTo(1);
            scene.assertThatItIsNowhere();
            scene.assertNoRetries();
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void a_message_that_is_not_confirmed_is_never_sent_elsewhere(Pooling pooling) {
        try (FailoverScene scene = scene(pooling)) {
            scene.endpoint(1).fault(Moment.at(Stage.END_OF_DATA), Fault.EOF);
            scene.start();
            scene.give(0, ALL);
            scene.client().sendRaw("X-Test-Id: m1\r\n\r\nHello\r\n.\r\n").expect(451, "4.4.2");
            scene.client().quit();
            assertThat(scene.connections()).isEqualTo(1);
            scene.assertOutcome("unknown", 1);
            scene.assertNoRetries();
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void a_transaction_uses_no_more_connections_than_connect_attempts_allows(Pooling pooling) {
        try (FailoverScene scene = scene(pooling)) {
            scene.settings().pool(pool(2, SOON));
            for (int endpoint = 1; endpoint <= 3; endpoint++) {
                scene.endpoint(endpoint).fault(Moment.at(Stage.RCPT), Fault.EOF);
            }
            scene.start();
            scene.pipeline(0);
            scene.expectAccepted(0, 1);
            scene.expectDeferred(ALL - 2);
            scene.client().quit();
            assertThat(scene.connections()).isEqualTo(2);
            // It was accepted there as well, and lost with what came next.
            scene.assertRetries("envelope", 1, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void a_replay_has_the_time_that_a_connection_may_take(Pooling pooling) {
        try (FailoverScene scene = scene(pooling)) {
            scene.settings().pool(pool(3, SHORT));
            scene.endpoint(1).fault(Moment.at(Stage.RCPT).nth(2), Fault.EOF);
            scene.endpoint(2).fault(Moment.at(Stage.RCPT), Fault.HANG);
            scene.start();
            scene.pipeline(0);
            scene.expectAccepted(0, 2);
            scene.expectDeferred(ALL - 3);
            scene.client().quit();
            scene.endpoint(2).awaitOpenConnections(0, SOON);
            scene.assertRetries("envelope", 0, 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void a_connection_for_a_replay_has_no_more_time_than_any(Pooling pooling) {
        try (FailoverScene scene = scene(pooling)) {
            scene.settings().pool(pool(3, SHORT));
            scene.endpoint(1).fault(Moment.at(Stage.RCPT).nth(2), Fault.EOF);
            for (int endpoint = 1; endpoint <= 3; endpoint++) {
                scene.endpoint(endpoint).fault(Moment.at(Stage.GREETING).nth(endpoint == 1 ? 2 : 1), Fault.HANG);
            }
            scene.start();
            scene.pipeline(0);
            scene.expectAccepted(0, 2);
            scene.expectDeferred(ALL - 3);
            scene.assertRetries("envelope", 0, 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void reset_and_quit_behind_a_loss_need_no_other_connection(Pooling pooling) {
        try (FailoverScene scene = scene(pooling)) {
            scene.endpoint(1).fault(Moment.at(Stage.RCPT).nth(2).before(), Fault.EOF);
            scene.endpoint(2).fault(Moment.at(Stage.RCPT).nth(2).before(), Fault.EOF);
            scene.start();
            scene.give(0, 2);
            scene.awaitLoss();
            scene.client().send("RSET").expect(250, "2.0.0");
            scene.client().send("NOOP").expect(250, "2.0.0");
            assertThat(scene.connections()).isEqualTo(1);
            scene.give(0, 2);
            scene.awaitLoss();
            scene.client().quit();
            assertThat(scene.connections()).isEqualTo(2);
            scene.assertOutcome("aborted", 2);
            scene.assertNoRetries();
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void reset_and_quit_behind_a_replay_wait_for_what_came_before_them(Pooling pooling) {
        try (FailoverScene scene = scene(pooling)) {
            scene.endpoint(1).fault(Moment.at(Stage.RCPT).nth(2), Fault.EOF);
            scene.endpoint(2).fault(Moment.at(Stage.RCPT).nth(3), Fault.EOF);
            scene.start();
            scene.give(0, 2);
            scene.client().pipeline("RCPT TO:<c@example.org>", "RSET", "NOOP");
            for (int reply = 0; reply < 3; reply++) {
                scene.client().expect(250);
            }
            scene.give(0, 1);
            scene.client().pipeline("RCPT TO:<b@example.org>", "QUIT").expect(250, "2.1.5");
            scene.client().expect(221, "2.0.0");
            scene.client().expectCleanEnd();
            scene.assertThatItIsNowhere();
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void a_client_that_is_gone_is_not_connected_for(Pooling pooling) {
        try (FailoverScene scene = scene(pooling)) {
            scene.endpoint(1).fault(Moment.at(Stage.RCPT).nth(2), Fault.EOF);
            scene.endpoint(2).fault(Moment.at(Stage.GREETING), Fault.HANG);
            scene.start();
            scene.give(0, 2);
            scene.client().send("RCPT TO:<c@example.org>");
            scene.endpoint(2).awaitStage(Stage.GREETING, 1, SOON);
            scene.client().reset();
            scene.assertOutcome("aborted", 1);
            scene.assertNoRetries();
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void a_client_that_is_gone_ends_its_replay(Pooling pooling) {
        try (FailoverScene scene = scene(pooling)) {
            scene.endpoint(1).fault(Moment.at(Stage.RCPT).nth(2), Fault.EOF);
            scene.endpoint(2).fault(Moment.at(Stage.RCPT), Fault.HANG);
            scene.start();
            scene.give(0, 2);
            scene.client().send("RCPT TO:<c@example.org>");
            scene.endpoint(2).awaitStage(Stage.RCPT, 1, SOON);
            scene.client().reset();
            scene.assertOutcome("aborted", 1);
            scene.endpoint(2).awaitOpenConnections(0, SOON);
            scene.assertNoRetries();
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void a_connection_that_was_made_to_a_backup_serves_whom_it_was_made_for(Pooling pooling) {
        try (FailoverScene scene = scene(pooling)) {
            scene.settings()
                    .endpoints(List.of(
                            new Endpoint("127.0.0.1", scene.endpoint(1).port()),
                            new Endpoint(
                                    Endpoint.Kind.HOST,
                                    "127.0.0.1",
                                    scene.endpoint(2).port(),
                                    1,
                                    1)));
            scene.endpoint(1).fault(Moment.at(Stage.RCPT).nth(2), Fault.EOF);
            scene.endpoint(1).reply(Moment.at(Stage.GREETING).nth(2), "554 5.3.2 no service");
            scene.start();
            scene.give(0, ALL);
            scene.finishMessage();
            scene.client().quit();
            // Refused once, and not until it is taken for dead.
            assertThat(scene.endpoint(1).connections()).hasSize(2);
            assertThat(scene.endpoint(2).connections()).hasSize(1);
            scene.assertThatItIsOnlyAt(2);
        }
    }

    private static FailoverScene scene(Pooling pooling) {
        return new FailoverScene(Transport.PLAIN, pooling);
    }

    private static Pool pool(int connectAttempts, Duration queueTimeout) {
        return new Pool(50, 100, queueTimeout, connectAttempts, SOON, SOON, 1_000);
    }
}
