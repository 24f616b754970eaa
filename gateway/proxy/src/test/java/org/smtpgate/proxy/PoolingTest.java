package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.testkit.Message;
import org.smtpgate.testkit.PeerEnd;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.StepConnection;
import org.smtpgate.testkit.StepUpstream;

/** Many clients share few upstream connections, and nobody is forgotten. */
class PoolingTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(300);

    @RepeatedTest(5)
    void two_hundred_clients_on_four_event_loops_share_five_connections() throws Exception {
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().maxConnections(5).start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .pool(pool(5, 1_000, SOON))
                        .eventLoops(4)
                        .start()) {
            sendFromClients(gateway, 200, 100);
            assertThatAllArrivedOnce(upstream, 200);
            assertThat(upstream.connections())
                    .as("connections made, of which a hand-over from one event loop to another costs one")
                    .hasSizeLessThan(25);
            assertThat(upstream.refusedConnections()).isZero();
            assertThat(gateway.metric("smtpgate_transactions_total{listener=\"submission\",outcome=\"accepted\""))
                    .isEqualTo(200);
        }
    }

    @Test
    void a_server_that_takes_fewer_connections_than_configured_serves_every_client() throws Exception {
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().maxConnections(3).start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .pool(pool(50, 1_000, SOON))
                        .eventLoops(1)
                        .start()) {
            sendFromClients(gateway, 40, 40);
            assertThatAllArrivedOnce(upstream, 40);
            assertThat(upstream.peakConnections()).isEqualTo(3);
        }
    }

    @Test
    void who_waits_for_a_server_that_hangs_gets_a_connection_that_comes_free() {
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway =
                        TestGateway.inFrontOf(upstream.port()).eventLoops(1).start();
                SmtpClient first = gateway.client();
                SmtpClient second = gateway.client()) {
            first.send("MAIL FROM:<first@example.org>");
            StepConnection connection = upstream.accept().hello("PIPELINING");
            connection.expect("MAIL FROM:<first@example.org>").send("250 2.1.0 Ok");
            first.expect(250);
            second.send("MAIL FROM:<second@example.org>");
            try (StepConnection silent = upstream.accept()) {
                first.send("RSET").expect(250);
                connection.expect("RSET").send("250 2.0.0 Ok");
                connection.expect("MAIL FROM:<second@example.org>").send("250 2.1.0 Ok");
                second.expect(250);
                silent.expectOpen(Duration.ofMillis(1));
            }
        }
    }

    @Test
    void who_waits_too_long_is_deferred_and_may_try_again() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .pool(pool(1, 10, SHORT))
                        .start();
                SmtpClient first = gateway.client();
                SmtpClient second = gateway.client()) {
            first.send("MAIL FROM:<first@example.org>").expect(250);
            second.send("MAIL FROM:<second@example.org>").expect(451, "4.3.2");
            first.send("RSET").expect(250);
            second.transaction("second@example.org", "b@example.org", "Subject: two\r\n\r\nHello\r\n");
            second.expect(250);
            assertThat(gateway.metric("smtpgate_upstream_wait_seconds_count{outcome=\"timed_out\""))
                    .isEqualTo(1);
        }
    }

    @Test
    void one_more_than_the_line_is_long_is_deferred_at_once() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .pool(pool(1, 0, SOON))
                        .eventLoops(1)
                        .start();
                SmtpClient first = gateway.client();
                SmtpClient second = gateway.client()) {
            first.send("MAIL FROM:<first@example.org>").expect(250);
            second.send("MAIL FROM:<second@example.org>").expect(451, "4.3.2");
            assertThat(gateway.metric("smtpgate_upstream_wait_seconds_count{outcome=\"queue_full\""))
                    .isEqualTo(1);
        }
    }

    @Test
    void a_server_that_never_greets_holds_no_client_longer_than_the_line_does() {
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .pool(pool(10, 10, SHORT))
                        .start();
                SmtpClient client = gateway.client()) {
            client.send("MAIL FROM:<a@example.org>").expect(451, "4.4.1");
            client.send("NOOP").expect(250);
        }
    }

    @Test
    void a_client_that_goes_while_it_waits_leaves_its_place_in_the_line() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .pool(pool(1, 1, SOON))
                        .eventLoops(1)
                        .start();
                SmtpClient first = gateway.client()) {
            first.send("MAIL FROM:<first@example.org>").expect(250);
            try (SmtpClient second = gateway.client()) {
                second.send("MAIL FROM:<second@example.org>");
                awaitWaiting(gateway, 1);
                second.reset();
            }
            awaitWaiting(gateway, 0);
            try (SmtpClient third = gateway.client()) {
                third.send("MAIL FROM:<third@example.org>");
                awaitWaiting(gateway, 1);
                first.send("RSET").expect(250);
                third.expect(250);
            }
            assertThat(gateway.metric("smtpgate_upstream_wait_seconds_count{outcome=\"abandoned\""))
                    .isEqualTo(1);
        }
    }

    private static void awaitWaiting(TestGateway gateway, int count) {
        Awaitility.await().atMost(SOON).until(() -> gateway.metric("smtpgate_upstream_queued{") == count);
    }

    @Test
    void a_connection_idle_on_one_event_loop_makes_room_for_clients_on_the_others() {
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().maxConnections(1).start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .pool(pool(1, 10, Duration.ofSeconds(5)))
                        .eventLoops(4)
                        .start()) {
            for (int number = 0; number < 8; number++) {
                send(gateway.port(), "m" + number);
            }
            assertThatAllArrivedOnce(upstream, 8);
        }
    }

    @Test
    void connections_are_used_again_and_none_is_lost_to_claims_that_are_settled() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .pool(pool(2, 1_000, SOON))
                        .eventLoops(1)
                        .start()) {
            for (int burst = 0; burst < 5; burst++) {
                sendFromClients(gateway, 20, 20);
            }
            assertThat(upstream.connections()).hasSize(2);
        }
    }

    @Test
    void stopping_does_not_wait_for_a_server_that_never_greets() throws Exception {
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway =
                        TestGateway.inFrontOf(upstream.port()).eventLoops(1).start();
                SmtpClient client = gateway.client()) {
            client.send("MAIL FROM:<a@example.org>");
            try (StepConnection silent = upstream.accept()) {
                CompletableFuture<Void> stopped =
                        gateway.gateway().stop().toCompletionStage().toCompletableFuture();
                client.expect(421, "4.3.2");
                client.close();
                stopped.get(4, TimeUnit.SECONDS);
                silent.expectEnd(PeerEnd.CLEAN);
            }
        }
    }

    private static Pool pool(int maxConnections, int queueLength, Duration queueTimeout) {
        return new Pool(maxConnections, queueLength, queueTimeout, 3, SOON, SOON, 1_000);
    }

    private static void sendFromClients(TestGateway gateway, int messages, int atATime) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(atATime);
        try {
            List<Future<?>> sent = new ArrayList<>();
            for (int number = 0; number < messages; number++) {
                String id = "m" + number;
                sent.add(clients.submit(() -> send(gateway.port(), id)));
            }
            for (Future<?> one : sent) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private static void send(int port, String id) {
        try (SmtpClient client = SmtpClient.connect(port).timeout(SOON)) {
            client.greet();
            client.ehlo();
            client.transaction("a@example.org", "b@example.org", "X-Test-Id: " + id + "\r\n\r\nHello\r\n");
            client.expect(250);
            client.quit();
        }
    }

    private static void assertThatAllArrivedOnce(ScriptedUpstream upstream, int count) {
        assertThat(upstream.messages()).extracting(Message::accepted).containsOnly(true);
        assertThat(upstream.messages().stream().map(PoolingTest::id))
                .hasSize(count)
                .doesNotHaveDuplicates();
        assertThat(upstream.violations()).isEmpty();
    }

    private static String id(Message message) {
        return message.text()
                .lines()
                .filter(line -> line.startsWith("X-Test-Id:"))
                .findFirst()
                .orElseThrow();
    }
}
