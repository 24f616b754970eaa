package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.downstream.ListenerSettings.Timeouts;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** What one client may take from the others has a bound: connections, and the time for its message data. */
class ClientLimitsTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final ScheduledExecutorService trickle = Executors.newSingleThreadScheduledExecutor();
    private ScriptedUpstream upstream;

    @BeforeEach
    void open() {
        upstream = ScriptedUpstream.start();
    }

    @AfterEach
    void close() {
        trickle.shutdownNow();
        upstream.close();
    }

    @Test
    void one_client_too_many_is_told_so_and_comes_in_once_another_has_gone() {
        try (TestGateway gateway =
                TestGateway.inFrontOf(upstream.port()).sessions(2).start()) {
            try (SmtpClient first = SmtpClient.connect(gateway.port());
                    SmtpClient second = SmtpClient.connect(gateway.port())) {
                first.greet();
                second.greet();
                try (SmtpClient third = SmtpClient.connect(gateway.port())) {
                    third.expect(421, "4.3.2");
                    third.expectCleanEnd();
                }
                second.quit();
                second.expectCleanEnd();
                second.close();
                awaitSessions(gateway, 1);
                try (SmtpClient fourth = SmtpClient.connect(gateway.port())) {
                    fourth.greet();
                }
            }
            assertThat(gateway.metric("smtpgate_sessions_closed_total{by=\"gateway\",how=\"policy\""))
                    .isEqualTo(1);
        }
    }

    @Test
    void clients_that_were_turned_away_take_nobodys_place() {
        try (TestGateway gateway =
                        TestGateway.inFrontOf(upstream.port()).sessions(1).start();
                SmtpClient second = connectBehind(gateway);
                SmtpClient third = SmtpClient.connect(gateway.port())) {
            // Both have been told, and linger.
            second.expect(421, "4.3.2");
            awaitSessions(gateway, 2);
            third.greet();
        }
    }

    /** A second client, beside a first one that is gone when this returns. */
    private static SmtpClient connectBehind(TestGateway gateway) {
        try (SmtpClient first = SmtpClient.connect(gateway.port())) {
            first.greet();
            SmtpClient second = SmtpClient.connect(gateway.port());
            awaitSessions(gateway, 2);
            first.quit();
            first.close();
            awaitSessions(gateway, 1);
            return second;
        }
    }

    @Test
    void a_client_in_its_tls_handshake_counts() throws Exception {
        try (TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .clientTls(TlsMode.IMPLICIT)
                        .sessions(1)
                        .start();
                Socket silent = new Socket("127.0.0.1", gateway.port())) {
            assertThat(silent.isConnected()).isTrue();
            awaitSessions(gateway, 1);
            try (SmtpClient second = SmtpClient.connectTls(gateway.port())) {
                second.expect(421, "4.3.2");
                second.expectCleanEnd();
            }
        }
    }

    @Test
    void a_client_that_goes_in_its_tls_handshake_is_gone_at_once() throws Exception {
        try (TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                .clientTls(TlsMode.IMPLICIT)
                .start()) {
            for (String sent : List.of("", "\26\3\1\2")) {
                try (Socket silent = new Socket("127.0.0.1", gateway.port())) {
                    awaitSessions(gateway, 1);
                    silent.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
                }
                awaitSessions(gateway, 0);
            }
            assertThat(gateway.metric("smtpgate_sessions_closed_total{by=\"client\",how=\"fin\""))
                    .isEqualTo(2);
        }
    }

    @Test
    void commands_that_pass_nothing_on_do_not_keep_an_upstream_connection() {
        try (TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .timeouts(new Timeouts(Duration.ofSeconds(1), SOON, 0, SOON))
                        .start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.mail("a@example.org");
            trickle.scheduleAtFixedRate(() -> client.send("NOOP"), 0, 100, TimeUnit.MILLISECONDS);
            Answer answer = client.reply();
            while (answer.code() == 250) {
                answer = client.reply();
            }
            assertThat(answer.code()).isEqualTo(421);
        }
    }

    @Test
    void data_that_trickles_ends_the_session_though_no_pause_is_long() {
        try (TestGateway gateway = gatewayWithContentTimeout(Duration.ofMillis(500), 1_000_000);
                SmtpClient client = inContent(gateway)) {
            trickle.scheduleAtFixedRate(() -> client.sendRaw("x"), 0, 50, TimeUnit.MILLISECONDS);
            client.expect(421, "4.4.2");
            trickle.shutdownNow();
            upstream.awaitOpenConnections(0, SOON);
            assertThat(upstream.received()).isEmpty();
        }
    }

    @Test
    void data_that_comes_at_the_least_rate_may_take_longer_than_the_timeout() throws Exception {
        try (TestGateway gateway = gatewayWithContentTimeout(Duration.ofMillis(500), 100);
                SmtpClient client = inContent(gateway)) {
            String line = "x".repeat(98) + "\r\n";
            var lines = trickle.scheduleAtFixedRate(() -> client.sendRaw(line), 0, 100, TimeUnit.MILLISECONDS);
            trickle.schedule(() -> lines.cancel(false), 1_500, TimeUnit.MILLISECONDS)
                    .get(SOON.toSeconds(), TimeUnit.SECONDS);
            trickle.shutdown();
            assertThat(trickle.awaitTermination(SOON.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            client.sendRaw(".\r\n");
            client.expect(250);
            assertThat(upstream.awaitMessages(1, SOON)).hasSize(1);
        }
    }

    private TestGateway gatewayWithContentTimeout(Duration most, long rate) {
        return TestGateway.inFrontOf(upstream.port())
                .timeouts(new Timeouts(SOON, most, rate, SOON))
                .start();
    }

    private static SmtpClient inContent(TestGateway gateway) {
        SmtpClient client = SmtpClient.connect(gateway.port());
        client.greet();
        client.ehlo();
        return client.mail("a@example.org").rcpt("b@example.org").data();
    }

    private static void awaitSessions(TestGateway gateway, int count) {
        Awaitility.await().atMost(SOON).until(() -> gateway.metric("smtpgate_sessions_open{") == count);
    }
}
