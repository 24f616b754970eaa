package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.StepConnection;
import org.smtpgate.testkit.StepUpstream;
import org.smtpgate.testkit.Transport;

/** A message goes through, in the clear and encrypted, on either side. */
class RelayTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void a_message_goes_through_in_the_clear() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port()).start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.ehlo();
            client.transaction("a@example.org", "b@example.org", "Subject: one\r\n\r\nHello\r\n");
            client.expect(250);
            client.quit();
            assertThat(upstream.awaitMessages(1, SOON)).hasSize(1);
            assertThat(upstream.violations()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsMode.class)
    void an_authenticated_message_goes_through_with_tls_on_either_side(TlsMode mode) {
        Transport transport = switch (mode) {
            case NONE -> Transport.PLAIN;
            case STARTTLS -> Transport.STARTTLS;
            case IMPLICIT -> Transport.IMPLICIT_TLS;
        };
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().transport(transport).start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .upstreamTls(mode)
                        .clientTls(mode)
                        .auth(true, mode == TlsMode.NONE)
                        .start();
                SmtpClient client = mode == TlsMode.IMPLICIT
                        ? SmtpClient.connectTls(gateway.port())
                        : SmtpClient.connect(gateway.port())) {
            client.greet();
            client.ehlo();
            if (mode == TlsMode.STARTTLS) {
                client.startTls();
                client.ehlo();
            }
            client.authPlain(TestGateway.USER, TestGateway.PASSWORD);
            client.transaction("a@example.org", "b@example.org", "Subject: two\r\n\r\n..dot\r\n");
            client.expect(250);
            client.quit();
            assertThat(upstream.awaitMessages(1, SOON)).hasSize(1);
            assertThat(upstream.violations()).isEmpty();
        }
    }

    @Test
    void tls_starts_though_the_client_was_not_read_while_it_waited_to_ask() {
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .clientTls(TlsMode.STARTTLS)
                        .start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.ehlo();
            client.pipeline("MAIL FROM:<a@example.org>", "STARTTLS");
            StepConnection connection = upstream.accept().hello("PIPELINING");
            connection.expect("MAIL FROM:<a@example.org>").send("550 5.7.1 Not you");
            client.expect(550);
            client.expect(220);
            client.handshake();
            client.ehlo();
            client.quit();
        }
    }
}
