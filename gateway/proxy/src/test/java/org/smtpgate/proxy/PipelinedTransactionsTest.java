package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.proxy.upstream.UpstreamSettings.Failover;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Message;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;

/** Groups of commands that come in one write, and what a failure does to the rest of them. */
class PipelinedTransactionsTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String ENVELOPE = "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n";
    private static final int MANY = 100;

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void a_transaction_behind_an_accepted_message_uses_its_connection(Pooling pooling) {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = gateway(upstream, pooling);
                SmtpClient client = connect(gateway)) {
            client.sendRaw(ENVELOPE);
            for (int message = 0; message < 5; message++) {
                client.expect(250);
                client.expect(250);
                client.expect(354);
                client.sendRaw("Hello\r\n.\r\n" + (message < 4 ? ENVELOPE : "QUIT\r\n"))
                        .expect(250);
            }
            client.expect(221);
            client.expectCleanEnd();
            assertThat(upstream.messages())
                    .extracting(Message::connection)
                    .containsOnly(1)
                    .hasSize(5);
            assertThat(upstream.connections()).hasSize(1);
            assertThat(upstream.violations()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void a_transaction_behind_a_refused_sender_uses_its_connection(Pooling pooling) {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .reply(Moment.at(Stage.MAIL), "550 5.7.1 not from you")
                        .start();
                TestGateway gateway = gateway(upstream, pooling);
                SmtpClient client = connect(gateway)) {
            client.sendRaw("MAIL FROM:<refused@example.org>\r\n" + ENVELOPE).expect(550, "5.7.1");
            client.expect(250);
            client.expect(250);
            client.expect(354);
            client.message("Hello\r\n").expect(250);
            client.quit();
            assertThat(upstream.connections()).hasSize(1);
            assertThat(upstream.violations()).isEmpty();
        }
    }

    @Test
    void a_session_leaves_no_connection_behind() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = gateway(upstream, Pooling.SESSION);
                SmtpClient client = connect(gateway)) {
            client.sendRaw(ENVELOPE);
            client.expect(250);
            client.expect(250);
            client.expect(354);
            client.sendRaw("Hello\r\n.\r\n" + ENVELOPE).expect(250);
            client.expect(250);
            client.expect(250);
            client.expect(354);
            client.message("Hello\r\n").expect(250);
            client.quit();
            upstream.awaitOpenConnections(0, SOON);
        }
    }

    @Test
    void many_recipients_behind_a_refused_sender_are_no_errors_of_the_client() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .reply(Moment.at(Stage.MAIL), "550 5.7.1 not from you")
                        .start();
                TestGateway gateway = gateway(upstream, Pooling.TRANSACTION);
                SmtpClient client = connect(gateway)) {
            client.sendRaw("MAIL FROM:<refused@example.org>\r\n" + recipients() + "DATA\r\n");
            client.expect(550, "5.7.1");
            expectOutOfOrder(client);
            client.sendRaw(ENVELOPE).expect(250);
            client.expect(250);
            client.expect(354);
            client.message("Hello\r\n").expect(250);
            client.quit();
        }
    }

    @Test
    void many_recipients_behind_a_lost_transaction_are_no_errors_of_the_client() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .fault(Moment.at(Stage.RCPT).before(), Fault.EOF)
                        .start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .failover(Failover.MAIL)
                        .eventLoops(1)
                        .start();
                SmtpClient client = connect(gateway)) {
            client.mail("a@example.org");
            upstream.awaitOpenConnections(0, SOON);
            client.sendRaw("RCPT TO:<b@example.org>\r\n" + recipients() + "DATA\r\n");
            client.expect(451, "4.4.2");
            expectOutOfOrder(client);
            client.sendRaw(ENVELOPE).expect(250);
            client.expect(250);
            client.expect(354);
            client.message("Hello\r\n").expect(250);
            client.quit();
        }
    }

    @Test
    void recipients_without_end_behind_a_refused_sender_are_errors() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .reply(Moment.at(Stage.MAIL), "550 5.7.1 not from you")
                        .start();
                TestGateway gateway = gateway(upstream, Pooling.TRANSACTION);
                SmtpClient client = connect(gateway)) {
            client.send("MAIL FROM:<refused@example.org>").expect(550);
            client.sendRaw("DATA\r\n" + "RCPT TO:<b@example.org>\r\n".repeat(20))
                    .expect(503);
            for (int rcpt = 0; rcpt < 20; rcpt++) {
                client.expect(503, "5.5.1");
            }
            client.expect(421, "4.7.0");
            client.expectCleanEnd();
        }
    }

    private static String recipients() {
        return "RCPT TO:<b@example.org>\r\n".repeat(MANY);
    }

    /** The recipients, and DATA. */
    private static void expectOutOfOrder(SmtpClient client) {
        for (int reply = 0; reply <= MANY; reply++) {
            assertThat(client.reply().code()).isEqualTo(503);
        }
    }

    private static TestGateway gateway(ScriptedUpstream upstream, Pooling pooling) {
        return TestGateway.inFrontOf(upstream.port())
                .pooling(pooling)
                .eventLoops(1)
                .start();
    }

    private static SmtpClient connect(TestGateway gateway) {
        SmtpClient client = SmtpClient.connect(gateway.port());
        client.greet();
        return client;
    }
}
