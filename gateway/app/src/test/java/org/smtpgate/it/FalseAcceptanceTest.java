package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
    Path folder;

    private ScriptedUpstream upstream;
    private GatewayProcess gateway;

    @BeforeEach
    void start() throws Exception {
        upstream = ScriptedUpstream.builder()
                .fault(Moment.at(Stage.END_OF_DATA).always(), Fault.REPLY_221)
                .start();
        gateway = GatewaySetup.before(upstream.port(), Files.createDirectory(folder.resolve("gateway")))
                .start();
    }

    @AfterEach
    void stop() {
        gateway.close();
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
        assertThat(upstream.received()).hasSize(1);
    }

    @Test
    void nodemailerReportsTheMessageAsNotDelivered() {
        Letter letter = Letter.of(Content.DOTS_AT_LINE_STARTS, folder);

        Execution sent = new Nodemailer().send(Submission.of(letter, gateway, false));

        assertThat(sent.output()).startsWith("refused: 451 ");
        assertThat(sent.exitCode()).isEqualTo(1);
        assertThat(upstream.received()).as("end of data at the upstream").hasSize(1);
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
        assertThat(upstream.received()).as("end of data at the upstream").isNotEmpty();
    }
}
