package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamSettings.Trace;
import org.smtpgate.smtp.TraceHeader;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.Message;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** A message tells from which client it came; for the upstream that is a part of it, for the client's account it is not. */
class TraceHeaderTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String BODY = "Subject: one\r\n\r\n.Hello\r\n";
    private static final String FIELD = "Received: from client\\.test \\(\\[127\\.0\\.0\\.1]\\)\r\n";
    private static final String BY = "\tby gate\\.example\\.org \\(smtpgate\\) with ";
    private static final String DATE = ";\r\n\t\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d \\+0000\r\n";

    @Test
    void it_stands_before_the_content_and_has_the_words_for_tls_and_login() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .trace(Trace.CLIENT)
                        .clientTls(TlsMode.IMPLICIT)
                        .auth(true, false)
                        .start();
                SmtpClient client = SmtpClient.connectTls(gateway.port())) {
            client.greet();
            client.authPlain(TestGateway.USER, TestGateway.PASSWORD);
            client.transaction("a@example.org", "b@example.org", BODY).expect(250);
            client.quit();

            String using = "\t\\(using TLSv1\\.3 with cipher TLS_[A-Z0-9_]+\\)\r\n";
            assertThat(upstream.awaitMessages(1, SOON).get(0).text())
                    .matches(FIELD + using + BY + "ESMTPSA id [0-9a-z]{10}" + DATE + BODY.replace(".", "\\."));
            int stuffedAndEnded = BODY.length() + 1 + 3;
            assertThat(gateway.metric("smtpgate_content_bytes_total")).isEqualTo(stuffedAndEnded);
        }
    }

    @Test
    void it_tells_the_login_only_where_that_is_configured() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .trace(Trace.WITH_LOGIN)
                        .auth(true, true)
                        .start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.authPlain(TestGateway.USER, TestGateway.PASSWORD);
            client.transaction("a@example.org", "b@example.org", BODY).expect(250);
            client.quit();

            assertThat(upstream.awaitMessages(1, SOON).get(0).text())
                    .matches("(?s)" + FIELD + "\t\\(Authenticated sender: alice\\)\r\n" + BY + "ESMTPA id .*");
        }
    }

    @Test
    void an_empty_message_is_but_the_field() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .trace(Trace.CLIENT)
                        .start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.expect(220);
            client.send("HELO client.test").expect(250);
            client.transaction("a@example.org", "b@example.org", "").expect(250);
            client.quit();

            assertThat(upstream.awaitMessages(1, SOON).get(0).text())
                    .matches(FIELD + BY + "SMTP id [0-9a-z]{10}" + DATE);
        }
    }

    @Test
    void it_is_in_the_size_that_the_upstream_is_told_and_in_what_it_takes() {
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().extensions("SIZE 10000").start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .trace(Trace.CLIENT)
                        .eventLoops(1)
                        .start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.send("MAIL FROM:<a@example.org> SIZE=" + BODY.length()).expect(250);
            client.rcpt("b@example.org").data().message(BODY).expect(250);
            Answer ehlo = client.ehlo();
            client.quit();

            Message message = upstream.awaitMessages(1, SOON).get(0);
            assertThat(message.mail()).isEqualTo("MAIL FROM:<a@example.org> SIZE=" + (message.size() - 1));
            assertThat(ehlo.text()).contains("SIZE " + (10_000 - TraceHeader.OCTETS_MAX));
        }
    }
}
