package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.testkit.Message;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** Far more clients than the upstream has room for, all connected before the first of them sends. */
class ManyClientsTest {

    private static final int CLIENTS = 2_000;
    private static final int ROOM = 50;
    private static final int STACK_BYTES = 256 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir
    Path folder;

    private final CountDownLatch greeted = new CountDownLatch(CLIENTS);
    private final CountDownLatch done = new CountDownLatch(CLIENTS);
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @ParameterizedTest
    @ValueSource(strings = {"transaction", "session"})
    void eachMessageArrivesOnceThoughFewFitAtATime(String pooling) throws Exception {
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().maxConnections(ROOM).start();
                GatewayProcess gateway = GatewaySetup.before(upstream.port(), folder)
                        .pooling(pooling)
                        .maxConnections(ROOM)
                        .start()) {
            IntStream.range(0, CLIENTS)
                    .mapToObj(number -> "message-" + number)
                    .forEach(id -> start(id, gateway.plainPort()));

            assertThat(done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("clients still at work: %d", done.getCount())
                    .isTrue();

            assertThat(failures).isEmpty();
            assertThat(accepted).hasSize(CLIENTS);
            List<String> arrived = upstream.messages().stream().map(Message::id).toList();
            assertThat(arrived).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(accepted);
            assertThat(upstream.received()).hasSize(CLIENTS);
            assertThat(upstream.refusedConnections()).isZero();
            assertThat(upstream.peakConnections()).isBetween(2, ROOM);
            assertThat(upstream.violations()).isEmpty();
        }
    }

    private void start(String id, int port) {
        Thread thread = new Thread(null, () -> send(id, port), id, STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
    }

    private void send(String id, int port) {
        try (SmtpClient client = SmtpClient.connect(port).timeout(PATIENCE)) {
            client.greet();
            greeted.countDown();
            assertThat(greeted.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            client.transaction(id + "@example.org", "b@example.org", "X-Test-Id: " + id + "\n\n" + id + "\n");
            client.expect(250);
            accepted.add(id);
            client.quit();
        } catch (Exception | AssertionError e) {
            failures.add(e);
            greeted.countDown();
        } finally {
            done.countDown();
        }
    }
}
