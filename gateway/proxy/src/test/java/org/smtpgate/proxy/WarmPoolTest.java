package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** Some connections lie ready before anybody asks, at nobody's cost. */
class WarmPoolTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void idle_connections_are_there_from_the_start_over_all_event_loops_and_come_back_when_they_are_lost() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .pool(pool(20, 5))
                        .eventLoops(3)
                        .start()) {
            awaitIdle(gateway, 5);
            assertThat(upstream.connections()).hasSize(5);
            upstream.closeIdle(Fault.EOF);
            awaitIdle(gateway, 5);
            upstream.awaitOpenConnections(5, SOON);
            try (SmtpClient client = gateway.client()) {
                int made = upstream.connections().size();
                client.mail("a@example.org");
                assertThat(upstream.connections()).hasSize(made);
                awaitIdle(gateway, 5);
            }
            assertThat(upstream.violations()).isEmpty();
        }
    }

    @Test
    void they_give_way_to_those_who_need_their_permits() {
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().maxConnections(2).start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .pool(pool(2, 2))
                        .eventLoops(2)
                        .start();
                SmtpClient first = gateway.client();
                SmtpClient second = gateway.client();
                SmtpClient third = gateway.client()) {
            awaitIdle(gateway, 2);
            first.mail("a@example.org");
            third.mail("c@example.org");
            second.send("MAIL FROM:<b@example.org>");
            first.send("RSET").expect(250);
            second.expect(250);
            assertThat(upstream.refusedConnections()).isZero();
        }
    }

    @Test
    void a_server_that_is_down_is_not_called_all_the_time() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            upstream.stopListening();
            try (TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                    .pool(pool(20, 10))
                    .eventLoops(1)
                    .start()) {
                Awaitility.await()
                        .atMost(SOON)
                        .until(() -> gateway.metric("smtpgate_upstream_endpoint_ejections_total") == 1);
                assertThat(gateway.metric("smtpgate_upstream_connect_seconds_count{outcome=\"failed\""))
                        .isLessThanOrEqualTo(12);
                assertThat(gateway.metric("smtpgate_upstream_connections{")).isZero();
            }
        }
    }

    private static Pool pool(int maxConnections, int minIdle) {
        return new Pool(maxConnections, minIdle, 100, SOON, 3, SOON, SOON, 1_000);
    }

    private static void awaitIdle(TestGateway gateway, int count) {
        Awaitility.await()
                .atMost(SOON)
                .until(() -> gateway.metric("smtpgate_upstream_connections{state=\"idle\"") == count);
    }
}
