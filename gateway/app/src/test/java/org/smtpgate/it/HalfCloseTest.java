package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;

/** The program as it runs, its transport included, lets no client go without the replies that it is owed. */
class HalfCloseTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void aClientThatHasClosedItsSideStillReadsWhatBecameOfItsMessage() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .delay(Moment.at(Stage.END_OF_DATA).always(), Duration.ofMillis(400))
                        .start();
                GatewayProcess gateway =
                        GatewaySetup.before(upstream.port(), folder).start();
                SmtpClient client = SmtpClient.connect(gateway.plainPort()).timeout(SOON)) {
            client.greet();
            client.mail("a@example.org").rcpt("b@example.org").data();
            client.sendRaw("Subject: half\r\n\r\n.\r\nQUIT\r\n").halfClose();

            client.expect(250);
            client.expect(221);
            client.expectCleanEnd();
            assertThat(upstream.messages()).hasSize(1);
        }
    }
}
