package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.smtpgate.proxy.upstream.UpstreamSettings.Failover;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;

/**
 * A positive code that has no place where it comes is never success. Four well-known gateways passed a 221 on as the
 * reply to a message, and clients took it for delivered.
 */
class AcceptanceTest {
    /** Positive, and the success of no stage from MAIL on but the one named. */
    private static final List<Integer> POSITIVE = List.of(200, 211, 214, 220, 235, 250, 251, 252, 299, 334, 354);

    static Stream<Arguments> wrongCodes() {
        List<Arguments> cases = new ArrayList<>();
        for (Stage stage : List.of(Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.END_OF_DATA)) {
            List<Integer> right = switch (stage) {
                case RCPT -> List.of(250, 251, 252);
                case DATA -> List.of(354);
                default -> List.of(250);
            };
            POSITIVE.stream()
                    .filter(code -> !right.contains(code))
                    .forEach(code -> cases.add(Arguments.of(stage, code)));
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0} answered by {1}")
    @MethodSource("wrongCodes")
    void a_positive_code_that_is_not_success_is_a_protocol_error(Stage stage, int code) {
        Answer answer = answerOfGateway(stage, code + " 2.0.0 something", stage == Stage.END_OF_DATA);
        assertThat(answer.code()).isEqualTo(451);
        assertThat(answer.status()).isEqualTo("4.5.0");
    }

    @ParameterizedTest
    @EnumSource(names = {"MAIL", "RCPT", "DATA", "END_OF_DATA"})
    void an_unasked_221_is_a_closure(Stage stage) {
        Answer answer = answerOfGateway(stage, "221 2.0.0 closing", stage == Stage.END_OF_DATA);
        assertThat(answer.code()).isEqualTo(451);
        assertThat(answer.status()).isEqualTo("4.4.2");
    }

    /** The reply to the command at this stage, after which the session must be fit for another message. */
    private static Answer answerOfGateway(Stage stage, String reply, boolean unknown) {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .reply(Moment.at(stage), reply)
                        .start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .failover(Failover.MAIL)
                        .eventLoops(1)
                        .start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            Answer answer = client.send("MAIL FROM:<a@example.org>").reply();
            if (stage != Stage.MAIL) {
                answer = client.send("RCPT TO:<b@example.org>").reply();
            }
            if (stage == Stage.DATA || stage == Stage.END_OF_DATA) {
                answer = client.send("DATA").reply();
            }
            if (stage == Stage.END_OF_DATA) {
                answer = client.message("X-Test-Id: first\r\n\r\nHello\r\n").reply();
            }
            client.transaction("a@example.org", "b@example.org", "X-Test-Id: second\r\n\r\nHello\r\n");
            client.expect(250);
            client.quit();
            assertThat(upstream.messages()).extracting(message -> message.id()).containsExactly("second");
            assertThat(upstream.connections()).hasSize(2);
            assertThat(upstream.violations()).isEmpty();
            assertThat(transactions(gateway, unknown ? "unknown" : "deferred")).isEqualTo(1);
            assertThat(transactions(gateway, "accepted")).isEqualTo(1);
            return answer;
        }
    }

    private static double transactions(TestGateway gateway, String outcome) {
        return gateway.metric("smtpgate_transactions_total{listener=\"submission\",outcome=\"" + outcome + "\"");
    }
}
