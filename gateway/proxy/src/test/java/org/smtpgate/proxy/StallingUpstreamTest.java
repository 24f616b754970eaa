package org.smtpgate.proxy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.proxy.upstream.UpstreamSettings.Timeouts;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.StepConnection;
import org.smtpgate.testkit.StepUpstream;

/** A part of a reply is none: an upstream that sends one octet now and then has no more time than one that is silent. */
class StallingUpstreamTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Timeouts USUAL = Timeouts.DEFAULTS;

    @Test
    void a_reply_that_comes_octet_by_octet_has_the_time_of_one_reply() {
        Timeouts brief = new Timeouts(
                USUAL.connect(),
                USUAL.greeting(),
                Duration.ofMillis(600),
                USUAL.data(),
                USUAL.content(),
                USUAL.endOfData());
        ScheduledExecutorService drip = Executors.newSingleThreadScheduledExecutor();
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .upstreamTimeouts(brief)
                        .start();
                SmtpClient client = gateway.client()) {
            client.send("MAIL FROM:<a@example.org>");
            try (StepConnection connection = upstream.accept()) {
                connection.hello();
                connection.expect("MAIL FROM:<a@example.org>");
                connection.sendRaw(octets("250-"));
                // Until the connection is gone; the text would go on for longer than the client waits.
                drip.scheduleAtFixedRate(() -> connection.sendRaw(octets("x")), 0, 100, TimeUnit.MILLISECONDS);
                client.expect(451);
            }
        } finally {
            drip.shutdownNow();
        }
    }

    @Test
    void an_idle_connection_ends_in_its_time_though_half_a_line_came() {
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .pool(new Pool(5, 100, SOON, 3, Duration.ofSeconds(1), Duration.ofMinutes(1), 1_000))
                        .start();
                SmtpClient client = gateway.client();
                StepConnection connection = idle(client, upstream, gateway)) {
            connection.sendRaw(octets("4"));
            connection.expect("QUIT");
        }
    }

    @Test
    void a_connection_that_has_begun_to_speak_unasked_is_not_lent() throws Exception {
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway =
                        TestGateway.inFrontOf(upstream.port()).eventLoops(1).start();
                SmtpClient client = gateway.client();
                StepConnection connection = idle(client, upstream, gateway)) {
            connection.sendRaw(octets("2"));
            CompletableFuture<StepConnection> another = CompletableFuture.supplyAsync(upstream::accept);
            client.send("MAIL FROM:<a@example.org>");
            try (StepConnection fresh = another.get(10, TimeUnit.SECONDS)) {
                fresh.hello();
                fresh.expect("MAIL FROM:<a@example.org>").send("250 ok");
                client.expect(250);
            }
        }
    }

    /** A connection that lies in the pool, after a transaction that was reset. */
    private static StepConnection idle(SmtpClient client, StepUpstream upstream, TestGateway gateway) {
        client.send("MAIL FROM:<a@example.org>");
        StepConnection connection = upstream.accept();
        connection.hello();
        connection.expect("MAIL FROM:<a@example.org>").send("250 ok");
        client.expect(250);
        client.send("RSET").expect(250);
        connection.expect("RSET").send("250 ok");
        Awaitility.await()
                .atMost(SOON)
                .until(() -> gateway.metric("smtpgate_upstream_connections{state=\"idle\"") == 1);
        return connection;
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
