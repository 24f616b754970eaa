package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.proxy.downstream.ListenerSettings;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.TcpChaos;
import org.smtpgate.testkit.Transport;

/** Whoever does not read is not read from: a session holds a bounded number of octets, and costs the others nothing. */
class BackpressureTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** What may be on its way: the gateway's own bound is a quarter of one MiB, the rest are the kernel's buffers. */
    private static final long HELD_MAX = 8L << 20;

    private static final long MUCH = 40L << 20;
    private static final String CONTENT = "All work and no play makes Jack a dull boy.\r\n".repeat(1_000);
    private static final String RECEIVED = "smtpgate_client_received_bytes_total";

    private ScriptedUpstream upstream;
    private TcpChaos wire;
    private TestGateway gateway;

    private void start(Transport transport, ListenerSettings.Timeouts timeouts) {
        upstream =
                ScriptedUpstream.builder().transport(transport).discardContent().start();
        wire = new TcpChaos(upstream.port());
        gateway = TestGateway.inFrontOf(wire.port())
                .upstreamTls(transport == Transport.PLAIN ? TlsMode.NONE : TlsMode.IMPLICIT)
                .timeouts(timeouts)
                .eventLoops(1)
                .start();
    }

    @AfterEach
    void close() {
        upstream.close();
        wire.close();
        gateway.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "IMPLICIT_TLS"})
    void a_fast_client_is_not_read_while_the_upstream_does_not_read(Transport transport) throws Exception {
        start(transport, ListenerSettings.Timeouts.DEFAULTS);
        try (SmtpClient client = connect();
                SmtpClient other = connect()) {
            client.mail("a@example.org").rcpt("b@example.org").data();
            wire.pause(TcpChaos.Flow.TO_SERVER);
            AtomicLong sent = new AtomicLong();
            Thread sender = new Thread(() -> {
                while (sent.get() < MUCH) {
                    client.sendRaw(CONTENT);
                    sent.addAndGet(CONTENT.length());
                }
                client.sendRaw(".\r\n");
            });
            sender.start();
            awaitStall();
            assertThat(gateway.metric(RECEIVED)).isLessThan(HELD_MAX);
            assertThat(sent.get()).isLessThan(MUCH);
            other.send("NOOP").expect(250);
            wire.resume(TcpChaos.Flow.TO_SERVER);
            client.expect(250);
            sender.join(SOON.toMillis());
            assertThat(upstream.messages()).hasSize(1);
            assertThat(upstream.messages().get(0).size()).isEqualTo(sent.get());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "IMPLICIT_TLS"})
    void what_waits_for_an_upstream_that_does_not_read_is_released_when_that_is_torn_down(Transport transport)
            throws Exception {
        try (BufferLeaks leaks = new BufferLeaks()) {
            start(transport, ListenerSettings.Timeouts.DEFAULTS);
            try (SmtpClient client = connect()) {
                client.mail("a@example.org").rcpt("b@example.org").data();
                wire.pause(TcpChaos.Flow.TO_SERVER);
                Thread sender = new Thread(() -> {
                    for (long sent = 0; sent < MUCH; sent += CONTENT.length()) {
                        client.sendRaw(CONTENT);
                    }
                    client.sendRaw(".\r\n");
                });
                sender.start();
                awaitStall();
                wire.cutAll(TcpChaos.Cut.RST);
                client.expect(451, "4.4.2");
                sender.join(SOON.toMillis());
                client.quit();
            }
            gateway.awaitStop();
            assertThat(leaks.reports()).isEmpty();
        }
    }

    @Test
    void a_client_that_does_not_read_its_replies_is_not_read_and_does_not_stall_others() throws Exception {
        start(Transport.PLAIN, ListenerSettings.Timeouts.DEFAULTS);
        try (Socket deaf = deafClient();
                SmtpClient other = connect()) {
            AtomicLong sent = new AtomicLong();
            Thread sender = flood(deaf, sent);
            awaitStall();
            assertThat(gateway.metric(RECEIVED)).isLessThan(HELD_MAX);
            assertThat(gateway.metric("smtpgate_client_sent_bytes_total")).isLessThan(HELD_MAX);
            assertThat(sent.get()).isLessThan(MUCH);
            other.transaction("a@example.org", "b@example.org", CONTENT).expect(250);
            other.quit();
            deaf.close();
            sender.join(SOON.toMillis());
            awaitSessions(0);
        }
    }

    @Test
    void a_client_that_never_reads_its_replies_is_let_go() throws Exception {
        start(Transport.PLAIN, new ListenerSettings.Timeouts(SOON, Duration.ofMillis(500), 0, SOON));
        try (Socket deaf = deafClient()) {
            Thread sender = flood(deaf, new AtomicLong());
            awaitSessions(1);
            awaitSessions(0);
            sender.join(SOON.toMillis());
        }
    }

    private SmtpClient connect() {
        SmtpClient client = SmtpClient.connect(gateway.port()).timeout(SOON);
        client.greet();
        return client;
    }

    private Socket deafClient() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
        return socket;
    }

    /** Sends commands until that fails. */
    private static Thread flood(Socket socket, AtomicLong sent) {
        byte[] commands = "HELP\r\n".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
        Thread thread = new Thread(() -> {
            try {
                while (sent.get() < MUCH) {
                    socket.getOutputStream().write(commands);
                    sent.addAndGet(commands.length);
                }
            } catch (IOException e) {
                // One side has closed, as the test wants it to.
                return;
            }
        });
        thread.start();
        return thread;
    }

    private void awaitSessions(int open) {
        eventually().until(() -> gateway.metric("smtpgate_sessions_open{") == open);
    }

    /** Until nothing more has been read from clients for a while. */
    private void awaitStall() {
        double[] before = {0};
        eventually().during(Duration.ofMillis(500)).until(() -> {
            double now = gateway.metric(RECEIVED);
            boolean same = now == before[0];
            before[0] = now;
            return same && now > 10_000;
        });
    }

    private static ConditionFactory eventually() {
        return Awaitility.await().pollInterval(Duration.ofMillis(50)).atMost(SOON);
    }
}
