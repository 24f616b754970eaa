package org.smtpgate.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpClientTest {
    private final StepUpstream server = new StepUpstream();

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "220 greeting\n",
                "hello\r\n",
                "220\tgreeting\r\n",
                "220-one\r\n250 two\r\n",
                "2200 greeting\r\n",
                "120 greeting\r\n",
                "220 bare\rCR\r\n"
            })
    void refusesAReplyThatIsNotSmtp(String reply) {
        play(
                reply,
                client -> assertThatThrownBy(client::reply)
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("the server sent"));
    }

    @Test
    void refusesAReplyLineOfMoreThan512Bytes() {
        play("220 " + "x".repeat(506) + "\r\n", client -> client.expect(220));
        play(
                "220 " + "x".repeat(507) + "\r\n",
                client -> assertThatThrownBy(client::reply).hasMessageContaining("longer than 512"));
    }

    @Test
    void aWrongCodeFailsWithTheDialogue() {
        play(
                "250 not yet\r\n",
                client -> assertThatThrownBy(() -> client.send("NOOP").expect(220, "2.0.0"))
                        .hasMessageContaining("expected 220 but read 250 not yet")
                        .hasMessageContaining("C: NOOP")
                        .hasMessageContaining("S: 250 not yet"));
    }

    @Test
    void silenceFailsAfterTheTimeout() {
        play(
                "",
                client -> assertThatThrownBy(
                                () -> client.timeout(Duration.ofMillis(100)).reply())
                        .hasMessageContaining("nothing came in PT0.1S"));
    }

    @Test
    void bytesBeforeTheEndAreNoCleanEnd() {
        play(
                "421 bye\r\n",
                client -> assertThatThrownBy(client::expectCleanEnd).hasMessageContaining("read 9 more bytes"));
    }

    @Test
    void anOpenConnectionIsNoEnd() {
        play("", client -> {
            client.timeout(Duration.ofMillis(100)).expectOpen();
            assertThatThrownBy(client::expectCleanEnd).hasMessageContaining("nothing came");
        });
    }

    @Test
    void anEndIsNoOpenConnection() {
        try (SmtpClient client = SmtpClient.connect(server.port());
                StepConnection connection = server.accept()) {
            connection.finish();
            assertThatThrownBy(client::expectOpen).hasMessageContaining("CLEAN");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"CLOSE", "RST", "TLS_ABORT", "TLS_TRUNCATION", "REPLY_421"})
    void onlyCloseNotifyAndFinAreACleanEndOfTls(Fault fault) {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .transport(Transport.IMPLICIT_TLS)
                        .start();
                SmtpClient client = ScriptedUpstreamTest.greeted(upstream, Transport.IMPLICIT_TLS)) {
            upstream.closeIdle(fault);
            assertThatThrownBy(client::expectCleanEnd).isInstanceOf(AssertionError.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void halfCloseLeavesTheOtherDirectionOpen(String protocol) {
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().transport(Transport.STARTTLS).start();
                SmtpClient client = SmtpClient.connect(upstream.port())) {
            client.greet();
            client.send("STARTTLS").expect(220);
            client.handshake(TestCertificates.clientContext(), protocol);
            client.pipeline("EHLO client.test", "QUIT").halfClose();
            client.expect(250);
            client.expect(221);
            client.expectCleanEnd();
        }
    }

    @Test
    void plaintextBehindTheReplyThatBeginsTlsFailsTheTest() {
        play(
                "220 go\r\n250 injected\r\n",
                client -> assertThatThrownBy(client::startTls).hasMessageContaining("plaintext behind the reply"));
    }

    @Test
    void onlyAGoodCertificateIsTrusted() {
        assertThatCode(() -> connectTo(TestCertificates.server())).doesNotThrowAnyException();
        assertThatThrownBy(() -> connectTo(TestCertificates.wrongHost())).hasMessageContaining("localhost");
        assertThatThrownBy(() -> connectTo(TestCertificates.untrusted())).hasMessageContaining("path");
        assertThatThrownBy(() -> connectTo(TestCertificates.expired())).hasMessageContaining("validity");
    }

    @Test
    void aPasswordIsNotInTheTranscript() {
        play(
                "535 5.7.8 no\r\n",
                client -> assertThatThrownBy(() -> client.authPlain("joe", "secret"))
                        .hasMessageContaining("AUTH PLAIN <joe>")
                        .hasMessageNotContaining("am9lAHNlY3JldA"));
    }

    private static void connectTo(TestIdentity identity) {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .transport(Transport.IMPLICIT_TLS)
                        .identity(identity)
                        .start();
                SmtpClient client = SmtpClient.connectTls(upstream.port())) {
            client.expect(220);
        }
    }

    private interface Part {
        void play(SmtpClient client);
    }

    private void play(String serverSays, Part part) {
        try (SmtpClient client = SmtpClient.connect(server.port());
                StepConnection connection = server.accept()) {
            connection.sendRaw(serverSays.getBytes(StandardCharsets.UTF_8));
            part.play(client);
        }
    }
}
