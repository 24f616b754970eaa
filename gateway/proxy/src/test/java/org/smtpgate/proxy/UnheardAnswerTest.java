package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.StepConnection;
import org.smtpgate.testkit.StepUpstream;
import org.smtpgate.testkit.auth.LogCapture;

/** Whose client left before the answer to its message sends it again: the log tells that nobody heard the first answer. */
class UnheardAnswerTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final LogCapture log = LogCapture.start();
    private final StepUpstream upstream = new StepUpstream();
    private final TestGateway gateway = TestGateway.inFrontOf(upstream.port()).start();
    /** Of this test alone: others may be logging too. */
    private final String sender = "<a" + upstream.port() + "@example.org>";

    @AfterEach
    void close() {
        gateway.close();
        upstream.close();
        log.close();
    }

    @Test
    void an_acceptance_that_was_heard_has_no_cause() {
        try (SmtpClient client = gateway.client();
                StepConnection connection = withWholeMessage(client)) {
            connection.send("250 2.0.0 queued");
            client.expect(250);
            assertThat(transaction()).contains("outcome=accepted", "reply=\"250 2.0.0 queued\"");
            assertThat(transaction()).doesNotContain("cause=");
        }
    }

    @Test
    void an_acceptance_that_nobody_heard_is_accepted_and_unheard() {
        try (SmtpClient client = gateway.client();
                StepConnection connection = withWholeMessage(client)) {
            leave(client);
            connection.send("250 2.0.0 queued");
            assertThat(transaction()).contains("outcome=accepted", "reply=\"250 2.0.0 queued\"", "cause=unheard");
            assertThat(outcome("accepted")).isEqualTo(1);
        }
    }

    @Test
    void a_refusal_that_nobody_heard_is_rejected_and_unheard() {
        try (SmtpClient client = gateway.client();
                StepConnection connection = withWholeMessage(client)) {
            leave(client);
            connection.send("550 5.7.1 no");
            assertThat(transaction()).contains("outcome=rejected", "reply=\"550 5.7.1 no\"", "cause=unheard");
            assertThat(outcome("rejected")).isEqualTo(1);
        }
    }

    @Test
    void what_went_wrong_with_the_upstream_meanwhile_is_told_beside() {
        try (SmtpClient client = gateway.client();
                StepConnection connection = withWholeMessage(client)) {
            leave(client);
            connection.reset();
            assertThat(transaction())
                    .contains(
                            "outcome=unknown",
                            "cause=\"RST (the connection broke while awaiting END_OF_DATA); unheard\"");
            assertThat(outcome("unknown")).isEqualTo(1);
        }
    }

    /** Its client has said all, and the upstream nothing. */
    private StepConnection withWholeMessage(SmtpClient client) {
        client.send("MAIL FROM:" + sender);
        StepConnection connection = upstream.accept();
        connection.hello();
        connection.expect("MAIL FROM:" + sender).send("250 ok");
        client.expect(250);
        client.send("RCPT TO:<b@example.org>");
        connection.expect("RCPT TO:<b@example.org>").send("250 ok");
        client.expect(250);
        client.send("DATA");
        connection.expect("DATA").send("354 go ahead");
        client.expect(354);
        client.sendRaw("Hello\r\n.\r\n");
        connection.expect("Hello").expect(".");
        return connection;
    }

    /** Returns when the gateway knows. */
    private void leave(SmtpClient client) {
        client.reset();
        await().atMost(SOON).until(() -> gateway.metric("smtpgate_sessions_open{") == 0);
    }

    private String transaction() {
        return await().atMost(SOON)
                .until(this::lines, lines -> !lines.isEmpty())
                .get(0);
    }

    private List<String> lines() {
        return log.text()
                .lines()
                .filter(line -> line.contains("smtpgate.transaction session=") && line.contains("from=" + sender))
                .toList();
    }

    private double outcome(String outcome) {
        return gateway.metric("smtpgate_transactions_total{listener=\"submission\",outcome=\"" + outcome + "\"");
    }
}
