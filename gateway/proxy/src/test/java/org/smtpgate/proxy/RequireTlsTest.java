package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Transport;

/** REQUIRETLS is promised only where TLS is kept on both sides, and the upstream is who it says it is (RFC 8689). */
class RequireTlsTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @ParameterizedTest
    @EnumSource(names = {"STARTTLS", "IMPLICIT_TLS"})
    void it_passes_through_from_tls_to_verified_tls(Transport transport) {
        TlsMode mode = transport == Transport.STARTTLS ? TlsMode.STARTTLS : TlsMode.IMPLICIT;
        try (ScriptedUpstream upstream = upstream(transport);
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .clientTls(TlsMode.STARTTLS)
                        .upstreamTls(mode)
                        .eventLoops(1)
                        .start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            learn(client);
            assertThat(client.ehlo().text()).doesNotContain("REQUIRETLS");
            client.startTls();
            assertThat(client.ehlo().text()).contains("REQUIRETLS");
            client.send("MAIL FROM:<a@example.org> REQUIRETLS").expect(250);
            client.rcpt("b@example.org")
                    .data()
                    .message("Subject: secret\r\n\r\nHello\r\n")
                    .expect(250);
            client.quit();
            assertThat(upstream.awaitMessages(2, SOON).get(1).mail()).isEqualTo("MAIL FROM:<a@example.org> REQUIRETLS");
        }
    }

    @Test
    void it_is_not_promised_of_an_upstream_that_could_be_anybody() {
        try (ScriptedUpstream upstream = upstream(Transport.IMPLICIT_TLS);
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .clientTls(TlsMode.IMPLICIT)
                        .upstreamTls(TlsMode.IMPLICIT)
                        .trustsAnybody()
                        .eventLoops(1)
                        .start();
                SmtpClient client = SmtpClient.connectTls(gateway.port())) {
            client.greet();
            learn(client);
            assertThat(client.ehlo().text()).contains("DSN").doesNotContain("REQUIRETLS");
            client.send("MAIL FROM:<a@example.org> REQUIRETLS").expect(555, "5.5.4");
            client.quit();
        }
    }

    @Test
    void it_is_not_promised_of_an_upstream_in_the_clear() {
        try (ScriptedUpstream upstream = upstream(Transport.PLAIN);
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .clientTls(TlsMode.IMPLICIT)
                        .eventLoops(1)
                        .start();
                SmtpClient client = SmtpClient.connectTls(gateway.port())) {
            client.greet();
            learn(client);
            assertThat(client.ehlo().text()).contains("DSN").doesNotContain("REQUIRETLS");
            client.quit();
        }
    }

    private static ScriptedUpstream upstream(Transport transport) {
        var builder = ScriptedUpstream.builder().transport(transport);
        return transport == Transport.STARTTLS
                ? builder.extensions("PIPELINING", "DSN", "STARTTLS", "REQUIRETLS")
                        .start()
                : builder.extensions("PIPELINING", "DSN", "REQUIRETLS").start();
    }

    /** What the upstream offers is known once somebody was there. */
    private static void learn(SmtpClient client) {
        client.transaction("a@example.org", "b@example.org", "Subject: one\r\n\r\nHello\r\n")
                .expect(250);
    }
}
