package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.testkit.Message;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** Many clients share few upstream connections, and nobody is forgotten. */
class PoolingTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void two_hundred_clients_on_four_event_loops_share_five_connections() throws Exception {
        Pool pool = new Pool(5, 1_000, SOON, 3, SOON, SOON, 1_000);
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().maxConnections(5).start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .pool(pool)
                        .eventLoops(4)
                        .start()) {
            ExecutorService clients = Executors.newFixedThreadPool(100);
            List<Future<?>> sent = new ArrayList<>();
            for (int number = 0; number < 200; number++) {
                String id = "m" + number;
                sent.add(clients.submit(() -> send(gateway.port(), id)));
            }
            for (Future<?> one : sent) {
                one.get(60, TimeUnit.SECONDS);
            }
            clients.shutdown();
            assertThat(upstream.messages()).extracting(Message::accepted).containsOnly(true);
            assertThat(upstream.messages()).hasSize(200);
            assertThat(upstream.messages().stream().map(PoolingTest::id).distinct())
                    .hasSize(200);
            assertThat(upstream.refusedConnections()).isZero();
            assertThat(upstream.violations()).isEmpty();
            assertThat(gateway.metric("smtpgate_transactions_total{listener=\"submission\",outcome=\"accepted\""))
                    .isEqualTo(200);
        }
    }

    private static String id(Message message) {
        return message.text()
                .lines()
                .filter(line -> line.startsWith("X-Test-Id:"))
                .findFirst()
                .orElseThrow();
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
}
