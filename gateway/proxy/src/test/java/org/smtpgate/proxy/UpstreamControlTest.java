package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.metrics.UpstreamMode;
import org.smtpgate.proxy.upstream.UpstreamControl;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** An operator takes an upstream out of service and back, and no client is told more than that it has to wait. */
class UpstreamControlTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void a_pause_lets_transactions_end_and_the_others_wait() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = gateway(upstream, SOON);
                SmtpClient busy = gateway.client();
                SmtpClient waiting = gateway.client()) {
            send(waiting);
            busy.mail("busy@example.org");
            Future<Void> paused = control(gateway).pause();
            assertThat(control(gateway).mode()).isEqualTo(UpstreamMode.PAUSED);
            upstream.awaitOpenConnections(1, SOON);
            waiting.send("MAIL FROM:<waiting@example.org>");
            Awaitility.await().until(() -> gateway.metric("smtpgate_upstream_queued{") == 1);
            assertThat(paused.isComplete()).isFalse();
            busy.rcpt("b@example.org").data().message("Hello\r\n").expect(250);
            paused.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
            upstream.awaitOpenConnections(0, SOON);
            assertThat(upstream.connections()).allMatch(connection -> connection.quit());
            waiting.expectOpen();
            assertThat(gateway.metric("smtpgate_upstream_mode{mode=\"paused\"")).isEqualTo(1);
            control(gateway).resume();
            waiting.expect(250);
            assertThat(gateway.metric("smtpgate_upstream_mode{mode=\"active\"")).isEqualTo(1);
        }
    }

    @Test
    void who_waits_too_long_for_the_end_of_a_pause_is_deferred() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = gateway(upstream, Duration.ofMillis(300));
                SmtpClient client = gateway.client()) {
            control(gateway).pause();
            client.send("MAIL FROM:<a@example.org>").expect(451, "4.3.2");
            assertThat(upstream.connections()).isEmpty();
            assertThat(gateway.metric("smtpgate_upstream_wait_seconds_count{outcome=\"out_of_service\""))
                    .isEqualTo(1);
            control(gateway).resume();
            send(client);
        }
    }

    @Test
    void a_drain_defers_everybody_at_once_but_those_in_a_transaction() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = gateway(upstream, SOON);
                SmtpClient busy = gateway.client();
                SmtpClient other = gateway.client()) {
            busy.mail("busy@example.org");
            control(gateway).pause();
            other.send("MAIL FROM:<other@example.org>");
            Awaitility.await().until(() -> gateway.metric("smtpgate_upstream_queued{") == 1);
            Future<Void> drained = control(gateway).drain();
            other.expect(451, "4.3.2");
            other.send("MAIL FROM:<other@example.org>").expect(451, "4.3.2");
            busy.rcpt("b@example.org").data().message("Hello\r\n").expect(250);
            busy.send("MAIL FROM:<busy@example.org>").expect(451, "4.3.2");
            drained.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
            upstream.awaitOpenConnections(0, SOON);
            control(gateway).resume();
            send(busy);
            send(other);
        }
    }

    @Test
    void reconnecting_replaces_each_connection_after_its_transaction() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway =
                        TestGateway.inFrontOf(upstream.port()).eventLoops(1).start();
                SmtpClient busy = gateway.client();
                SmtpClient other = gateway.client()) {
            busy.mail("busy@example.org");
            send(other);
            control(gateway).reconnect();
            upstream.awaitOpenConnections(1, SOON);
            send(other);
            busy.rcpt("b@example.org").data().message("Hello\r\n").expect(250);
            upstream.awaitOpenConnections(1, SOON);
            send(busy);
            assertThat(upstream.connection(1).quit()).isTrue();
            assertThat(upstream.connection(2).quit()).isTrue();
            assertThat(upstream.connection(3).quit()).isFalse();
            assertThat(upstream.connections()).hasSize(3);
        }
    }

    @Test
    void a_session_that_keeps_its_connection_gets_another_one_unseen() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .pooling(Pooling.SESSION)
                        .eventLoops(1)
                        .start();
                SmtpClient client = gateway.client()) {
            send(client);
            control(gateway).reconnect();
            send(client);
            assertThat(upstream.connections()).hasSize(2);
            assertThat(upstream.connection(1).quit()).isTrue();
            assertThat(upstream.messages()).hasSize(2);
        }
    }

    @Test
    void a_pause_under_load_loses_nothing() throws Exception {
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().maxConnections(4).start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .pool(new Pool(4, 1_000, SOON, 3, SOON, SOON, 1_000))
                        .eventLoops(4)
                        .start()) {
            MailLoad load = new MailLoad(gateway.port(), 16);
            for (int round = 0; round < 5; round++) {
                int before = load.accepted();
                Awaitility.await().atMost(SOON).until(() -> load.accepted() > before + 40);
                control(gateway)
                        .pause()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS);
                upstream.awaitOpenConnections(0, SOON);
                control(gateway).resume();
            }
            load.stop();
            assertThat(load.deferred()).isEmpty();
            assertThat(upstream.messages().stream().map(message -> message.id()))
                    .containsExactlyInAnyOrderElementsOf(load.acceptedIds());
            assertThat(upstream.refusedConnections()).isZero();
            assertThat(upstream.violations()).isEmpty();
        }
    }

    @Test
    void what_is_not_possible_is_refused() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = gateway(upstream, SOON)) {
            UpstreamControl control = control(gateway);
            assertThatThrownBy(control::resume)
                    .isInstanceOf(UpstreamControl.WrongModeException.class)
                    .hasMessage("legacy is active");
            control.pause();
            assertThatThrownBy(control::pause)
                    .isInstanceOf(UpstreamControl.WrongModeException.class)
                    .hasMessage("legacy is paused");
            control.drain();
            assertThatThrownBy(control::pause)
                    .isInstanceOf(UpstreamControl.WrongModeException.class)
                    .hasMessage("legacy is draining");
            assertThatThrownBy(control::drain)
                    .isInstanceOf(UpstreamControl.WrongModeException.class)
                    .hasMessage("legacy is draining");
            control.resume();
            assertThat(control.mode()).isEqualTo(UpstreamMode.ACTIVE);
        }
    }

    @Test
    void a_gateway_stops_while_an_upstream_is_paused() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = gateway(upstream, SOON);
                SmtpClient client = gateway.client()) {
            control(gateway).pause();
            client.send("MAIL FROM:<a@example.org>");
            Awaitility.await().until(() -> gateway.metric("smtpgate_upstream_queued{") == 1);
            gateway.stop();
            client.expect(421, "4.3.2");
            client.expectCleanEnd();
            gateway.awaitStop();
        }
    }

    private static UpstreamControl control(TestGateway gateway) {
        return gateway.gateway().upstreams().control("legacy").orElseThrow();
    }

    private static TestGateway gateway(ScriptedUpstream upstream, Duration queueTimeout) {
        return TestGateway.inFrontOf(upstream.port())
                .pool(new Pool(10, 10, queueTimeout, 3, SOON, SOON, 1_000))
                .eventLoops(2)
                .start();
    }

    private static void send(SmtpClient client) {
        client.transaction("a@example.org", "b@example.org", "Hello\r\n").expect(250);
    }
}
