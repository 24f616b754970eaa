package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.sasl.CredentialKind;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;
import org.smtpgate.testkit.Transport;

/** Plaintext queued behind STARTTLS is never executed, wherever it waits, on either side (CVE-2011-0411 and its kin). */
class StartTlsInjectionTest {
    private static final String INJECTED = "MAIL FROM:<injected@example.org>\r\n";
    private static final Duration SOON = Duration.ofSeconds(10);

    private ScriptedUpstream upstream;

    @BeforeEach
    void open() {
        upstream = ScriptedUpstream.start();
    }

    @AfterEach
    void close() {
        upstream.close();
    }

    @Test
    void a_command_in_the_same_segment_closes_the_connection() {
        try (TestGateway gateway = startTlsGateway().start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.ehlo();
            client.sendRaw("STARTTLS\r\n" + INJECTED);
            client.expect(554);
            client.expectCleanEnd();
            assertThatNothingWasExecuted();
        }
    }

    @Test
    void a_command_in_a_later_segment_before_the_handshake_closes_the_connection() throws Exception {
        try (TestGateway gateway = startTlsGateway().start();
                RawClient client = new RawClient(gateway.port())) {
            client.reply();
            client.send("EHLO client.test\r\n");
            client.reply();
            client.send("STARTTLS\r\n");
            client.send(INJECTED);
            assertThat(client.rest()).doesNotContain("250 ");
            assertThatNothingWasExecuted();
        }
    }

    @Test
    void a_command_queued_while_the_socket_is_not_read_closes_the_connection() throws Exception {
        SlowBackend backend = new SlowBackend();
        try (TestGateway gateway =
                        startTlsGateway().auth(true, true).backend(backend).start();
                RawClient client = new RawClient(gateway.port())) {
            client.reply();
            client.send("EHLO client.test\r\n");
            client.reply();
            client.send("AUTH PLAIN AGFsaWNlAHdvbmRlcg==\r\n");
            Promise<User> judgement = backend.asked.get(10, TimeUnit.SECONDS);
            // Now the gateway reads nothing; these lie in its socket until the login is judged.
            client.send("STARTTLS\r\n");
            client.send(INJECTED);
            judgement.complete(User.fromName(TestGateway.USER));
            assertThat(client.reply()).startsWith("235 ");
            assertThat(client.rest()).doesNotContain("250 ");
            assertThatNothingWasExecuted();
        }
    }

    @Test
    void what_an_upstream_sends_behind_its_220_is_not_taken_for_a_reply() {
        try (ScriptedUpstream forged = ScriptedUpstream.builder()
                        .transport(Transport.STARTTLS)
                        .reply(Moment.at(Stage.STARTTLS).always(), "220 go ahead\r\n250 injected")
                        .start();
                TestGateway gateway = TestGateway.inFrontOf(forged.port())
                        .upstreamTls(TlsMode.STARTTLS)
                        .start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.ehlo();
            client.send("MAIL FROM:<a@example.org>").expect(451, "4.4.1");
            client.quit();
            assertThat(forged.messages()).isEmpty();
        }
    }

    private TestGateway.Builder startTlsGateway() {
        return TestGateway.inFrontOf(upstream.port()).clientTls(TlsMode.STARTTLS);
    }

    /** A client that has no protocol of its own, and reads whatever comes, up to any kind of end. */
    private static final class RawClient implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader lines;

        RawClient(int port) throws IOException {
            socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout((int) SOON.toMillis());
            socket.setTcpNoDelay(true);
            lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        /** The last line of the next reply. */
        String reply() throws IOException {
            String line = lines.readLine();
            while (line != null && line.length() > 3 && line.charAt(3) == '-') {
                line = lines.readLine();
            }
            return line;
        }

        /** All that comes before the end; an alert of TLS may be part of it. */
        String rest() {
            StringBuilder text = new StringBuilder();
            try {
                for (int c = lines.read(); c >= 0; c = lines.read()) {
                    text.append((char) c);
                }
            } catch (SocketTimeoutException e) {
                throw new AssertionError("the connection stays open after: " + text, e);
            } catch (IOException e) {
                text.append("(reset)");
            }
            return text.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private void assertThatNothingWasExecuted() {
        assertThat(upstream.connections()).isEmpty();
    }

    /** Answers when the test says so. */
    private static final class SlowBackend implements AuthBackend {
        private final CompletableFuture<Promise<User>> asked = new CompletableFuture<>();

        @Override
        public Set<CredentialKind> accepts() {
            return EnumSet.of(CredentialKind.PASSWORD);
        }

        @Override
        public Future<User> authenticate(Credentials credentials) {
            Promise<User> judgement = Promise.promise();
            asked.complete(judgement);
            return judgement.future();
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    }
}
