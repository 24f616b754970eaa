package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.client.Nodemailer;
import org.smtpgate.it.client.Submission;
import org.smtpgate.it.fixture.Content;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Letter;
import org.smtpgate.it.server.PostfixClient;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;

/**
 * An upstream says goodbye with 221 where the reply to a message was due. These clients take any 2xx for an acceptance,
 * so a proxy that hands the 221 on makes them lose the message.
 */
class FalseAcceptanceTest {

    @TempDir
    static Path folder;

    private static ScriptedUpstream upstream;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        upstream = ScriptedUpstream.builder()
                .fault(Moment.at(Stage.END_OF_DATA).always(), Fault.REPLY_221)
                .start();
        gateway = GatewaySetup.before(upstream.port(), Files.createDirectory(folder.resolve("gateway")))
                .start();
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
        upstream.close();
    }

    @Test
    void anyClientReads451() {
        try (SmtpClient client = SmtpClient.connect(gateway.plainPort())) {
            client.greet();
            client.transaction("a@example.org", "b@example.org", "Subject: lost?\n\nNo.\n");
            client.expect(451, "4.4.2");
            client.quit();
        }
        assertThat(upstream.received()).anyMatch(message -> message.sender().equals("a@example.org"));
    }

    @Test
    void nodemailerReportsTheMessageAsNotDelivered() {
        Letter letter = Letter.of(Content.DOTS_AT_LINE_STARTS, folder);

        Execution sent = new Nodemailer().send(Submission.of(letter, gateway, false));

        assertThat(sent.output()).startsWith("refused: 451 ");
        assertThat(sent.exitCode()).isEqualTo(1);
        assertUpstreamHadAllOf(letter);
    }

    @Test
    void postfixKeepsTheMessageInItsQueue() throws Exception {
        Letter letter = Letter.of(Content.DOTS_AT_LINE_STARTS, folder);
        try (PostfixClient postfix =
                PostfixClient.relayingTo(gateway, false, Files.createDirectory(folder.resolve("client")))) {
            postfix.submit(letter);

            await("a deferred message")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> postfix.queue().contains("\"queue_name\": \"deferred\""));
            assertThat(postfix.queue()).contains(letter.to(), "said: 451 4.4.2");
            assertThat(postfix.log()).contains("status=deferred").doesNotContain("status=sent");
        }
        assertUpstreamHadAllOf(letter);
    }

    private static void assertUpstreamHadAllOf(Letter letter) {
        assertThat(upstream.received())
                .as("messages whose end of data the upstream has read")
                .anyMatch(message -> message.recipients().contains(letter.to()));
    }
}
