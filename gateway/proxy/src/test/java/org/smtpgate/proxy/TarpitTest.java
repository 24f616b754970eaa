package org.smtpgate.proxy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.proxy.upstream.UpstreamSettings.Timeouts;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;

/** An upstream whose every reply comes in its time is slow, and the gateway is not at fault, however long all of them take. */
@Execution(ExecutionMode.CONCURRENT)
class TarpitTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration EACH = Duration.ofSeconds(1);
    private static final Duration LAG = Duration.ofMillis(500);
    /** So that all lags together are longer than one of each timeout: 8 seconds. */
    private static final int RECIPIENTS = 20;

    @Test
    void many_recipients_each_answered_in_time_are_answered() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = impatient(TestGateway.inFrontOf(upstream.port()));
                SmtpClient client = gateway.client().timeout(SOON)) {
            upstream.delay(Moment.at(Stage.RCPT).always(), LAG);
            client.mail("a@example.org");
            client.pipeline(recipients());
            expectAllAccepted(client);
            client.data();
            client.sendRaw("Hello\r\n.\r\n").expect(250);
        }
    }

    @Test
    void many_recipients_of_lmtp_whose_content_is_answered_in_time_for_each_are_answered() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder().lmtp().start();
                TestGateway gateway =
                        impatient(TestGateway.inFrontOf(upstream.port()).lmtp());
                SmtpClient client = gateway.client().timeout(SOON)) {
            upstream.delay(Moment.at(Stage.END_OF_DATA).always(), LAG);
            client.mail("a@example.org");
            client.pipeline(recipients());
            expectAllAccepted(client);
            client.data();
            client.sendRaw("Hello\r\n.\r\n").expect(250);
        }
    }

    private static TestGateway impatient(TestGateway.Builder settings) {
        return settings.pool(new Pool(5, 100, EACH, 1, SOON, SOON, 1_000))
                .upstreamTimeouts(new Timeouts(EACH, EACH, EACH, EACH, EACH, EACH))
                .start();
    }

    private static String[] recipients() {
        return IntStream.range(0, RECIPIENTS)
                .mapToObj(number -> "RCPT TO:<b" + number + "@example.org>")
                .toArray(String[]::new);
    }

    private static void expectAllAccepted(SmtpClient client) {
        for (int recipient = 0; recipient < RECIPIENTS; recipient++) {
            client.expect(250);
        }
    }
}
