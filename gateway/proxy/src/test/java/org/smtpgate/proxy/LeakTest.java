package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.MailSink;
import org.smtpgate.testkit.SmtpClient;

/**
 * Very many transactions that clients and the upstream break off at random leave nothing behind: no connection, permit,
 * waiter, session or buffer.
 *
 * <p>{@code -Dsmtpgate.leaks.transactions} says how many, half of them in either mode of pooling;
 * {@code -Dsmtpgate.leaks.seed} gives a run's seed again.
 */
class LeakTest {
    private static final int TRANSACTIONS = Integer.getInteger("smtpgate.leaks.transactions", 100_000);
    private static final long SEED = Long.getLong("smtpgate.leaks.seed", System.nanoTime() & 0xFFFF_FFFFL);
    private static final int CONNECTIONS = 12;
    private static final int ONE_IN = 150;
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private static Level levelBefore;

    @ParameterizedTest
    @EnumSource
    void after_very_many_broken_transactions_the_pool_holds_what_the_upstream_counts(Pooling pooling) throws Exception {
        System.out.printf("leak test: %s, -Dsmtpgate.leaks.seed=%d%n", pooling, SEED);
        long since = System.nanoTime();
        try (BufferLeaks leaks = new BufferLeaks();
                MailSink sink = new MailSink(SEED, ONE_IN)) {
            try (TestGateway gateway = gateway(sink, pooling)) {
                RestlessClients clients = new RestlessClients(gateway.port(), SEED, TRANSACTIONS / 2);
                clients.run(LONGEST);
                report(clients, sink, System.nanoTime() - since);
                sink.calmDown();
                assertThatAllIsAtRest(gateway, sink, pooling);
                assertThatEveryPermitIsBack(gateway, sink);
                assertThatAllIsAtRest(gateway, sink, pooling);
            }
            Awaitility.await("the last connection's end").atMost(SOON).until(() -> sink.openConnections() == 0);
            assertThat(leaks.reports()).isEmpty();
        }
    }

    /** There would be thousands of warnings, each of a thing that is meant to happen. */
    @BeforeAll
    static void sayNothingOfFaults() {
        levelBefore = ROOT.getLevel();
        ROOT.setLevel(Level.ERROR);
    }

    @AfterAll
    static void speakAgain() {
        ROOT.setLevel(levelBefore);
    }

    private static void report(RestlessClients clients, MailSink sink, long nanos) {
        System.out.printf(
                "leak test: %d ms, %s; the upstream took %d messages on %d connections and misbehaved %d times%n",
                TimeUnit.NANOSECONDS.toMillis(nanos),
                clients.done(),
                sink.messages(),
                sink.connections(),
                sink.faults());
        assertThat(clients.done().values()).as("what clients did").allMatch(count -> count.get() > 0);
        assertThat(sink.faults()).isPositive();
    }

    private static TestGateway gateway(MailSink sink, Pooling pooling) {
        return TestGateway.inFrontOf(sink.port())
                .pooling(pooling)
                .eventLoops(4)
                .pool(new Pool(
                        CONNECTIONS,
                        1_000,
                        Duration.ofSeconds(2),
                        3,
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(5),
                        500))
                .upstreamTimeouts(new UpstreamSettings.Timeouts(SECOND, SECOND, SECOND, SECOND, SECOND, SECOND))
                .start();
    }

    private static void assertThatAllIsAtRest(TestGateway gateway, MailSink sink, Pooling pooling) {
        Awaitility.await("all is at rest").atMost(SOON).untilAsserted(() -> {
            assertThat(gateway.metric("smtpgate_sessions_open{")).as("sessions").isZero();
            assertThat(gateway.metric("smtpgate_upstream_queued{"))
                    .as("waiters")
                    .isZero();
            // While it is left out nobody waits for a connection: clients are told at once that there is none.
            assertThat(gateway.metric("smtpgate_upstream_endpoint_addresses{", "state=\"ejected\""))
                    .as("endpoints left out")
                    .isZero();
            double idle = connections(gateway, "idle");
            assertThat(connections(gateway, "")).as("connections").isEqualTo(idle);
            assertThat(idle).isEqualTo(sink.openConnections());
            assertThat(idle).isBetween(pooling == Pooling.SESSION ? 0.0 : 1.0, (double) CONNECTIONS);
        });
    }

    private static double connections(TestGateway gateway, String state) {
        return gateway.metric("smtpgate_upstream_connections{state=\"" + state);
    }

    /** As many clients as there are permits each get a connection, one more does not; and the upstream sees it so. */
    private static void assertThatEveryPermitIsBack(TestGateway gateway, MailSink sink) {
        List<SmtpClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                SmtpClient client = SmtpClient.connect(gateway.port()).timeout(SOON);
                clients.add(client);
                client.greet();
                client.mail("a@example.org");
            }
            assertThat(connections(gateway, "leased")).isEqualTo(CONNECTIONS);
            try (SmtpClient oneMore = SmtpClient.connect(gateway.port()).timeout(SOON)) {
                oneMore.greet();
                oneMore.send("MAIL FROM:<a@example.org>").expect(451, "4.3.2");
                oneMore.quit();
            }
            assertThat(sink.openConnections()).isEqualTo(CONNECTIONS);
            clients.forEach(SmtpClient::quit);
        } finally {
            clients.forEach(SmtpClient::close);
        }
    }
}
