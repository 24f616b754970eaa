package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.PeerEnd;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;

/** The client goes: invariants 2 to 4 of the closure contract. */
class ClientEndsTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    /** Their replies are more than kernel and gateway hold for a client that does not read. */
    private static final int MANY = 50_000;

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private TestGateway gateway;

    @AfterEach
    void close() {
        upstream.close();
        gateway.close();
    }

    private SmtpClient connect(TestGateway.Builder settings) {
        gateway = settings.eventLoops(1).start();
        return session();
    }

    private SmtpClient session() {
        SmtpClient client = SmtpClient.connect(gateway.port()).timeout(SOON);
        client.greet();
        return client;
    }

    // Invariant 2: no reset of ours

    @Test
    void a_client_that_floods_after_QUIT_reads_its_221_and_then_FIN() throws Exception {
        gateway = TestGateway.inFrontOf(upstream.port()).start();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout((int) SOON.toMillis());
            OutputStream out = socket.getOutputStream();
            out.write("EHLO client.test\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            AtomicLong flooded = new AtomicLong();
            CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> flood(out, flooded));
            String read = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(read).endsWith("221 2.0.0 gate.example.org closing connection\r\n");
            // Bounded: the flood ends, since the gateway neither reads nor stays for ever.
            flood.get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(flooded.get()).isLessThan(32L << 20);
        }
    }

    private static void flood(OutputStream out, AtomicLong written) {
        byte[] noise = "NOOP\r\n".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
        try {
            while (written.get() < 1L << 30) {
                out.write(noise);
                written.addAndGet(noise.length);
            }
        } catch (IOException e) {
            // The gateway has closed, which is the end that this waits for.
            return;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_half_close_behind_pipelined_commands_and_QUIT_gets_all_replies(boolean tls) {
        gateway = TestGateway.inFrontOf(upstream.port())
                .clientTls(tls ? TlsMode.IMPLICIT : TlsMode.NONE)
                .start();
        try (SmtpClient client = tls ? SmtpClient.connectTls(gateway.port()) : SmtpClient.connect(gateway.port())) {
            client.timeout(SOON).greet();
            client.sendRaw("MAIL FROM:<a@example.org>\r\n" + "NOOP\r\n".repeat(500) + "QUIT\r\n")
                    .halfClose();
            for (int reply = 0; reply <= 500; reply++) {
                client.expect(250);
            }
            client.expect(221, "2.0.0");
            client.expectCleanEnd();
        }
    }

    @Test
    void a_client_that_half_closes_and_reads_slowly_gets_all_replies() throws Exception {
        gateway = TestGateway.inFrontOf(upstream.port()).eventLoops(1).start();
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4_096);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
            socket.setSoTimeout((int) SOON.toMillis());
            byte[] commands =
                    ("EHLO client.test\r\n" + "HELP\r\n".repeat(MANY) + "QUIT\r\n").getBytes(StandardCharsets.US_ASCII);
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> sendAndHalfClose(socket, commands));
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            // As slowly as it takes for the last reply to be given while many others are still unsent.
            while (gateway.metric("smtpgate_replies_total{class=\"2xx\"") < MANY + 3) {
                read.writeBytes(socket.getInputStream().readNBytes(8_192));
            }
            sent.get(SOON.toSeconds(), TimeUnit.SECONDS);
            awaitStall();
            read.writeBytes(socket.getInputStream().readAllBytes());
            String replies = read.toString(StandardCharsets.US_ASCII);
            assertThat(replies.lines().filter(line -> line.startsWith("214 "))).hasSize(MANY);
            assertThat(replies).endsWith("221 2.0.0 gate.example.org closing connection\r\n");
        }
    }

    private static void sendAndHalfClose(Socket socket, byte[] commands) {
        try {
            socket.getOutputStream().write(commands);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Until the gateway does no more by itself. */
    private void awaitStall() {
        Awaitility.await()
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(50))
                .during(Duration.ofMillis(200))
                .until(new Unchanged()::holds);
    }

    /** Whether as much had been sent to clients when it was last asked. */
    private final class Unchanged {
        private double before = -1;

        boolean holds() {
            double now = gateway.metric("smtpgate_client_sent_bytes_total");
            boolean same = now == before;
            before = now;
            return same;
        }
    }

    // Invariant 3: QUIT is the gateway's own

    @ParameterizedTest
    @EnumSource(names = {"GREETING", "EHLO", "MAIL", "RCPT", "DATA", "END_OF_DATA", "RSET"})
    void QUIT_is_answered_at_once_when_nothing_is_owed_whatever_the_upstream_is_hanging_in(Stage stage) {
        upstream.fault(Moment.at(stage), Fault.HANG);
        try (SmtpClient hung = connect(TestGateway.inFrontOf(upstream.port()));
                SmtpClient client = session()) {
            hung.sendRaw(group(stage));
            if (stage != Stage.GREETING && stage != Stage.EHLO) {
                upstream.awaitStage(stage, 1, SOON);
            }
            client.quit();
            if (stage == Stage.RSET) {
                hung.expect(250);
                hung.expect(250, "2.0.0");
                hung.quit();
            }
        }
    }

    private static String group(Stage stage) {
        String mail = "MAIL FROM:<a@example.org>\r\n";
        return switch (stage) {
            case RCPT -> mail + "RCPT TO:<b@example.org>\r\n";
            case DATA, END_OF_DATA -> mail + "RCPT TO:<b@example.org>\r\nDATA\r\nHello\r\n.\r\n";
            case RSET -> mail + "RSET\r\n";
            default -> mail;
        };
    }

    // Invariant 4: no truncated message is completed

    static Stream<Named<Consumer<SmtpClient>>> disappearances() {
        return Stream.of(
                Named.of("FIN", SmtpClient::close),
                Named.of("RST", SmtpClient::reset),
                Named.of("half-close", SmtpClient::halfClose));
    }

    @ParameterizedTest
    @MethodSource("disappearances")
    void a_client_that_vanishes_in_the_content_leaves_no_end_of_data(Consumer<SmtpClient> vanishes) {
        try (SmtpClient client = connect(TestGateway.inFrontOf(upstream.port()))) {
            client.mail("a@example.org").rcpt("b@example.org").data();
            client.sendRaw("X-Test-Id: half\r\n\r\nHello\r\n.");
            upstream.awaitStage(Stage.CONTENT, 1, SOON);
            vanishes.accept(client);
            assertThat(upstream.connection(1).awaitEnd(SOON)).isNotEqualTo(PeerEnd.OPEN);
        }
        assertThatNothingWasCompleted();
    }

    @ParameterizedTest
    @MethodSource("disappearances")
    void a_client_that_vanishes_before_DATA_leaves_no_transaction_open(Consumer<SmtpClient> vanishes) {
        try (SmtpClient client = connect(TestGateway.inFrontOf(upstream.port()).pooling(Pooling.SESSION))) {
            client.mail("a@example.org").rcpt("b@example.org");
            vanishes.accept(client);
            assertThat(upstream.connection(1).awaitEnd(SOON)).isEqualTo(PeerEnd.CLEAN);
        }
        assertThatNothingWasCompleted();
    }

    @ParameterizedTest
    @MethodSource("disappearances")
    void a_transaction_that_its_client_left_is_reset_before_another_uses_the_connection(Consumer<SmtpClient> vanishes) {
        try (SmtpClient client = connect(TestGateway.inFrontOf(upstream.port()))) {
            client.mail("a@example.org").rcpt("b@example.org");
            vanishes.accept(client);
            upstream.awaitStage(Stage.RSET, 1, SOON);
        }
        assertThatNothingWasCompleted();
    }

    private void assertThatNothingWasCompleted() {
        assertThat(upstream.received()).isEmpty();
        try (SmtpClient next = session()) {
            next.transaction("c@example.org", "d@example.org", "X-Test-Id: whole\r\n\r\nHello\r\n");
            next.expect(250);
            next.quit();
        }
        assertThat(upstream.received()).extracting(message -> message.id()).containsExactly("whole");
        assertThat(upstream.received().get(0).recipients()).containsExactly("d@example.org");
        assertThat(upstream.violations()).isEmpty();
        assertThat(gateway.metric("smtpgate_transactions_total{listener=\"submission\",outcome=\"aborted\""))
                .isEqualTo(1);
    }
}
