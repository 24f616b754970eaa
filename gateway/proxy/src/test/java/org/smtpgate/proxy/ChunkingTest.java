package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.proxy.downstream.ListenerSettings.Timeouts;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamSettings.Trace;
import org.smtpgate.testkit.Message;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.PeerEnd;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;
import org.smtpgate.testkit.StepConnection;
import org.smtpgate.testkit.StepUpstream;
import org.smtpgate.testkit.UpstreamBuilder;

/** Messages in chunks, to upstreams that take them and to those that get DATA. */
class ChunkingTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String ENVELOPE = "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\n";

    /** As Exim and others do it: all in one write, and no reply read before. */
    @ParameterizedTest
    @CsvSource({"true, NONE", "true, IMPLICIT", "false, NONE", "false, IMPLICIT"})
    void a_whole_session_in_one_write(boolean chunking, TlsMode clientTls) {
        try (ScriptedUpstream upstream = upstream(chunking);
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .clientTls(clientTls)
                        .start();
                SmtpClient client = clientTls == TlsMode.IMPLICIT
                        ? SmtpClient.connectTls(gateway.port())
                        : SmtpClient.connect(gateway.port())) {
            String first = "BDAT 17\r\nSubject: one\r\n\r\n.";
            String second = "BDAT 8 LAST\r\n\r\n.\r\n..x";
            client.sendRaw("EHLO c\r\n" + ENVELOPE + first + second + ENVELOPE + "BDAT 3 LAST\r\nend" + "QUIT\r\n");
            for (int code : new int[] {220, 250, 250, 250, 250, 250, 250, 250, 250, 221}) {
                client.expect(code);
            }
            client.expectCleanEnd();

            String end = chunking ? "" : "\r\n";
            assertThat(upstream.awaitMessages(2, SOON))
                    .extracting(Message::text)
                    .containsExactly("Subject: one\r\n\r\n.\r\n.\r\n..x" + end, "end" + end);
            assertThat(upstream.messages())
                    .extracting(Message::chunks)
                    .containsExactly(chunking ? 2 : 0, chunking ? 1 : 0);
            assertThat(upstream.violations()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void the_trace_header_is_in_the_first_chunk(boolean chunking) {
        try (ScriptedUpstream upstream = upstream(chunking);
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .trace(Trace.CLIENT)
                        .start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.send("MAIL FROM:<a@example.org> SIZE=24").expect(250);
            client.rcpt("b@example.org").chunk("Subject: one\r\n", false).expect(250);
            client.chunk("\r\n.Hello\r\n", false).expect(250);
            client.chunk("", true).expect(250);
            client.mail("a@example.org").rcpt("b@example.org").chunk("", true).expect(250);
            client.quit();

            Message message = upstream.awaitMessages(2, SOON).get(0);
            assertThat(message.text())
                    .matches("(?s)Received: from client\\.test .* with ESMTP id .*\\+0000\r\n"
                            + "Subject: one\r\n\r\n\\.Hello\r\n");
            assertThat(message.mail()).endsWith(" SIZE=" + message.text().length());
            assertThat(upstream.messages().get(1).text()).matches("(?s)Received: .*\\+0000\r\n");
            assertThat(gateway.metric("smtpgate_content_bytes_total")).isEqualTo(24);
            assertThat(upstream.violations()).isEmpty();
        }
    }

    /** Each octet, and what several of them may mean together, at every border of reads and chunks. */
    @ParameterizedTest
    @CsvSource({"true, 1", "false, 1", "false, 2", "false, 7", "false, 100000"})
    void content_arrives_as_it_was_sent(boolean chunking, int size) {
        String content = "X-Test-Id: 1\r\n\r\n.\r\n..\r\n.x\r\n\r\n.\r\nMAIL FROM:<x>\r\n\u00fc\u0000.\r\n.";
        byte[] octets = content.getBytes(StandardCharsets.UTF_8);
        try (ScriptedUpstream upstream = upstream(chunking);
                TestGateway gateway = TestGateway.inFrontOf(upstream.port()).start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.mail("a@example.org").rcpt("b@example.org");
            for (int at = 0; at < octets.length; at += size) {
                int end = Math.min(octets.length, at + size);
                client.sendRaw("BDAT " + (end - at) + (end == octets.length ? " LAST" : "") + "\r\n");
                client.sendRaw(Arrays.copyOfRange(octets, at, end)).expect(250);
            }
            client.quit();

            assertThat(upstream.awaitMessages(1, SOON).get(0).text()).isEqualTo(chunking ? content : content + "\r\n");
        }
    }

    /** Of more than all buffers on the way hold, to a server that is slow to take it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_large_message_in_chunks_comes_at_the_upstreams_pace(boolean chunking) {
        String line = "a line of forty-eight octets, which is no more.\n";
        String chunk = line.repeat(20_000).replace("\n", "\r\n");
        try (ScriptedUpstream upstream = (chunking
                                ? ScriptedUpstream.builder().alsoOffers("CHUNKING")
                                : ScriptedUpstream.builder())
                        .contentRate(20L << 20)
                        .discardContent()
                        .start();
                TestGateway gateway =
                        TestGateway.inFrontOf(upstream.port()).eventLoops(1).start();
                SmtpClient client = SmtpClient.connect(gateway.port()).timeout(SOON)) {
            client.greet();
            client.mail("a@example.org").rcpt("b@example.org");
            for (int i = 0; i < 24; i++) {
                client.chunk(chunk, i == 23);
            }
            for (int i = 0; i < 24; i++) {
                client.expect(250);
            }
            client.quit();

            assertThat(upstream.awaitMessages(1, SOON).get(0).size()).isEqualTo(24L * chunk.length());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void over_lmtp_the_last_chunk_has_one_answer_for_all_recipients(boolean chunking) {
        UpstreamBuilder builder = ScriptedUpstream.builder().lmtp();
        try (ScriptedUpstream upstream = (chunking ? builder.alsoOffers("CHUNKING") : builder).start();
                TestGateway gateway =
                        TestGateway.inFrontOf(upstream.port()).lmtp().start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.mail("a@example.org").rcpt("b@example.org").rcpt("c@example.org");
            client.chunk("Subject: one\r\n", false).expect(250);
            client.chunk("\r\nHello\r\n", true).expect(250);
            upstream.reply(Moment.at(Stage.END_OF_DATA).nth(4), "452 4.2.2 full");
            client.mail("a@example.org").rcpt("b@example.org").rcpt("c@example.org");
            client.chunk("Subject: two\r\n\r\nHello\r\n", true).expect(451, "4.2.2");
            client.quit();

            assertThat(upstream.awaitMessages(3, SOON))
                    .extracting(message -> message.recipients().get(0))
                    .containsExactly("b@example.org", "c@example.org", "b@example.org");
            assertThat(upstream.violations()).isEmpty();
        }
    }

    // Invariant 4

    /** How a client goes in the middle of a message. */
    private enum Going {
        HALF_CLOSE,
        RESET,
        QUIT
    }

    @ParameterizedTest
    @CsvSource({
        "true, HALF_CLOSE, ''",
        "true, RESET, ''",
        "true, QUIT, ''",
        "true, HALF_CLOSE, BDAT 100 LAST",
        "true, RESET, BDAT 100 LAST",
        "true, HALF_CLOSE, BDAT 100",
        "false, HALF_CLOSE, ''",
        "false, RESET, ''",
        "false, QUIT, ''",
        "false, HALF_CLOSE, BDAT 100 LAST",
        "false, RESET, BDAT 100 LAST",
    })
    void a_client_that_goes_among_chunks_completes_no_message(boolean chunking, Going going, String begun) {
        try (ScriptedUpstream upstream = upstream(chunking);
                TestGateway gateway = TestGateway.inFrontOf(upstream.port()).start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.mail("a@example.org").rcpt("b@example.org");
            client.chunk("Subject: half\r\n", false).expect(250);
            if (!begun.isEmpty()) {
                client.sendRaw(begun + "\r\nand no more");
            }
            go(client, going);

            assertThat(upstream.connection(1).awaitEnd(SOON)).isIn(PeerEnd.CLEAN, PeerEnd.RESET);
            assertThat(upstream.connection(1).endsOfData()).isZero();
            assertThat(upstream.connection(1).commands()).doesNotContain("RSET", "QUIT");
            assertThat(upstream.received()).isEmpty();
        }
    }

    private static void go(SmtpClient client, Going going) {
        switch (going) {
            case HALF_CLOSE -> client.halfClose().expect(421, "4.4.2");
            case RESET -> client.reset();
            case QUIT -> client.quit();
        }
    }

    // Time

    /** One octet in each of many chunks is no better than one now and then in a large one. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void chunks_that_trickle_end_the_session(boolean chunking) {
        ScheduledExecutorService trickle = Executors.newSingleThreadScheduledExecutor();
        try (ScriptedUpstream upstream = upstream(chunking);
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .timeouts(new Timeouts(SOON, Duration.ofMillis(500), 1_000_000, SOON))
                        .start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.mail("a@example.org").rcpt("b@example.org");
            trickle.scheduleAtFixedRate(() -> client.sendRaw("BDAT 1\r\nx"), 0, 50, TimeUnit.MILLISECONDS);
            int code = client.reply().code();
            while (code == 250) {
                code = client.reply().code();
            }
            assertThat(code).isEqualTo(421);
            trickle.shutdownNow();
            upstream.awaitOpenConnections(0, SOON);
            assertThat(upstream.received()).isEmpty();
        } finally {
            trickle.shutdownNow();
        }
    }

    /** The answer to RCPT lets the chunk go; what stands behind that answer was said before any of the chunk had left. */
    @ParameterizedTest
    @ValueSource(ints = {64, 256, 1_024, 4_096})
    void what_was_said_before_the_last_chunk_has_left_is_no_answer_to_it(int octets) {
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway =
                        TestGateway.inFrontOf(upstream.port()).eventLoops(1).start();
                SmtpClient client = SmtpClient.connect(gateway.port()).timeout(SOON)) {
            client.greet();
            client.sendRaw("MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nBDAT 7 LAST\r\nHello\r\n");
            try (StepConnection connection = upstream.accept()) {
                connection.hello("PIPELINING", "CHUNKING");
                connection.expect("MAIL FROM:<a@example.org>");
                connection.expect("RCPT TO:<b@example.org>");
                connection.send("250 ok");
                client.expect(250);
                // Its length decides whether the gateway reads what is behind it in the same turn.
                String line = "250-" + "x".repeat(26) + "\r\n";
                String begin = line.repeat(Math.max(0, octets - 64) / line.length());
                String reply = begin + "250 " + "y".repeat(octets - begin.length() - 6) + "\r\n";
                connection.sendRaw((reply + "250 nobody asked for this\r\n").getBytes(StandardCharsets.US_ASCII));
                client.expect(250);
                client.expect(451);
            }
        }
    }

    @Test
    void the_time_that_an_upstream_takes_over_a_chunk_is_not_the_clients() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .alsoOffers("CHUNKING")
                        .delay(Moment.at(Stage.BDAT), Duration.ofMillis(1_500))
                        .start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .timeouts(new Timeouts(SOON, Duration.ofMillis(500), 0, SOON))
                        .start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.mail("a@example.org").rcpt("b@example.org");
            client.chunk("Subject: one\r\n", false).expect(250);
            client.chunk("\r\nHello\r\n", true).expect(250);
            client.quit();
        }
    }

    private static ScriptedUpstream upstream(boolean chunking) {
        return chunking ? ScriptedUpstream.builder().alsoOffers("CHUNKING").start() : ScriptedUpstream.start();
    }
}
