package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.proxy.metrics.UnknownOutcome;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;

/** A message that was not confirmed can be looked for: who sent it, from where to where, and by what to know it. */
class UnknownOutcomeTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String SECRET = "The treasure is under the oak";

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void all_is_kept_that_helps_to_find_it_and_nothing_of_its_content(Pooling pooling) {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .reply(Moment.at(Stage.RCPT).nth(2), "550 5.1.1 unknown")
                        .fault(Moment.at(Stage.END_OF_DATA), Fault.RST)
                        .start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .pooling(pooling)
                        .auth(true, true)
                        .start();
                SmtpClient client = SmtpClient.connect(gateway.port()).timeout(SOON)) {
            Instant before = Instant.now();
            client.greet();
            client.authPlain(TestGateway.USER, TestGateway.PASSWORD);
            client.mail("a@example.org").rcpt("b@example.org");
            client.send("RCPT TO:<c@example.org>").expect(550);
            client.rcpt("d@example.org").data();
            String content = "Subject: " + SECRET + "\r\n\r\n..dot\r\n.\r\n";
            Answer told = client.sendRaw(content).expect(451, "4.4.2");

            assertThat(gateway.gateway().unknownOutcomes().latest(10))
                    .singleElement()
                    .satisfies(outcome -> {
                        assertThat(outcome.at()).isBetween(before, Instant.now());
                        assertThat(outcome.listener()).isEqualTo("submission");
                        assertThat(outcome.client()).startsWith("127.0.0.1:");
                        assertThat(outcome.login()).isEqualTo(TestGateway.USER);
                        assertThat(outcome.from()).isEqualTo("<a@example.org>");
                        assertThat(outcome.to()).containsExactly("<b@example.org>", "<d@example.org>");
                        assertThat(outcome.recipients()).isEqualTo(2);
                        assertThat(outcome.octets()).isEqualTo(content.length());
                        assertThat(outcome.digest()).isEqualTo(digest(content));
                        assertThat(outcome.upstream()).isEqualTo("legacy");
                        assertThat(outcome.endpoint()).isEqualTo("127.0.0.1:" + upstream.port());
                        assertThat(outcome.reply()).startsWith("451 4.4.2").endsWith("[" + outcome.session() + "]");
                        assertThat(told.text()).contains(outcome.session());
                        assertThat(outcome.cause()).contains("END_OF_DATA");
                        assertThat(outcome.millis()).isNotNegative();
                        assertThat(outcome.toString()).doesNotContain(SECRET, TestGateway.PASSWORD);
                    });
        }
    }

    /** What a stop leaves open is what an operator will look for first. */
    @Test
    void whose_message_it_was_is_known_though_the_session_ended_before_its_outcome() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .fault(Moment.at(Stage.END_OF_DATA), Fault.HANG)
                        .start();
                TestGateway gateway =
                        TestGateway.inFrontOf(upstream.port()).auth(true, true).start()) {
            try (SmtpClient client = SmtpClient.connect(gateway.port()).timeout(SOON)) {
                client.greet();
                client.authPlain(TestGateway.USER, TestGateway.PASSWORD);
                client.mail("a@example.org").rcpt("b@example.org").data();
                client.sendRaw("Hello\r\n.\r\n");
                upstream.awaitStage(Stage.END_OF_DATA, 1, SOON);
                gateway.stop();
                client.reply();
            }
            gateway.awaitStop();
            assertThat(gateway.gateway().unknownOutcomes().latest(10))
                    .extracting(UnknownOutcome::login)
                    .containsExactly(TestGateway.USER);
        }
    }

    private static String digest(String content) {
        CRC32C digest = new CRC32C();
        digest.update(content.getBytes(StandardCharsets.US_ASCII));
        return "crc32c:%08x".formatted(digest.getValue());
    }

    @Test
    void outcomes_that_are_known_are_not_among_them() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .reply(Moment.at(Stage.END_OF_DATA).nth(2), "550 5.7.1 spam")
                        .start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port()).start();
                SmtpClient client = SmtpClient.connect(gateway.port()).timeout(SOON)) {
            client.greet();
            client.transaction("a@example.org", "b@example.org", "Hello\r\n").expect(250);
            client.transaction("a@example.org", "b@example.org", "Hello\r\n").expect(550);
            client.mail("a@example.org");
            client.send("RSET").expect(250);

            assertThat(gateway.gateway().unknownOutcomes().kept()).isZero();
        }
    }

    @Test
    void the_last_one_of_several_sessions_comes_first() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .fault(Moment.at(Stage.END_OF_DATA).always(), Fault.EOF)
                        .start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port()).start()) {
            for (int session = 0; session < 4; session++) {
                try (SmtpClient client = SmtpClient.connect(gateway.port()).timeout(SOON)) {
                    client.greet();
                    client.transaction(session + "@example.org", "b@example.org", "Hello\r\n")
                            .expect(451, "4.4.2");
                    client.quit();
                }
            }
            assertThat(gateway.gateway().unknownOutcomes().latest(3))
                    .extracting(UnknownOutcome::from)
                    .containsExactly("<3@example.org>", "<2@example.org>", "<1@example.org>");
        }
    }
}
