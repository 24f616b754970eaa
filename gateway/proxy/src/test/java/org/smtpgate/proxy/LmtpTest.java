package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Message;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.PeerEnd;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;
import org.smtpgate.testkit.Transport;
import org.smtpgate.testkit.UpstreamBuilder;
import org.smtpgate.testkit.UpstreamConnection;

/** Clients speak SMTP and the upstream LMTP (RFC 2033): what it says for each recipient becomes one answer. */
class LmtpTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(1_200);
    /** Otherwise a MAIL behind a RSET may get another one. */
    private static final UpstreamSettings.Pool ONE_CONNECTION =
            new UpstreamSettings.Pool(1, 100, SOON, 3, SOON, SOON, 1_000);

    @ParameterizedTest
    @EnumSource(Transport.class)
    void a_message_that_is_accepted_for_all_is_accepted(Transport transport) {
        TlsMode tls = switch (transport) {
            case PLAIN -> TlsMode.NONE;
            case STARTTLS -> TlsMode.STARTTLS;
            case IMPLICIT_TLS -> TlsMode.IMPLICIT;
        };
        try (ScriptedUpstream upstream = lmtp().transport(transport).start();
                TestGateway gateway = inFrontOf(upstream).upstreamTls(tls).start();
                SmtpClient client = gateway.client()) {
            upstream.reply(endOfData(3), "250 2.0.0 <d> saved as 3");

            Answer answer = send(client, "one", "b", "c", "d");

            assertThat(answer).hasToString("250 2.0.0 <d> saved as 3");
            assertThat(upstream.messages())
                    .extracting(Message::recipients)
                    .containsExactly(List.of("b@example.org"), List.of("c@example.org"), List.of("d@example.org"));
            assertThat(upstream.connection(1).commands())
                    .startsWith("LHLO gate.example.org")
                    .noneMatch(line -> line.startsWith("EHLO") || line.startsWith("HELO"));
            assertThat(outcome(gateway, "accepted")).isEqualTo(1);
            assertThat(upstream.violations()).isEmpty();
        }
    }

    @Test
    void one_refusal_for_now_is_a_451_that_names_each_recipient_that_was_refused() {
        try (ScriptedUpstream upstream = lmtp().start();
                TestGateway gateway = inFrontOf(upstream).start();
                SmtpClient client = gateway.client()) {
            upstream.reply(endOfData(1), "550 5.2.0 no").reply(endOfData(3), "452-4.2.2 full\r\n452 4.2.2 up");

            Answer answer = send(client, "one", "b", "c", "d");

            assertThat(answer.code()).isEqualTo(451);
            assertThat(answer.lines())
                    .containsExactly(
                            "4.2.2 <b@example.org>: 550 5.2.0 no",
                            "4.2.2 <d@example.org>: 452 4.2.2 full",
                            "4.2.2 Refused for 2 of 3 recipients");
            assertThat(outcome(gateway, "deferred")).isEqualTo(1);
            assertThat(upstream.messages()).hasSize(1);
        }
    }

    @Test
    void refusals_for_good_alone_are_a_554_that_names_them() {
        try (ScriptedUpstream upstream = lmtp().start();
                TestGateway gateway = inFrontOf(upstream).start();
                SmtpClient client = gateway.client()) {
            upstream.reply(endOfData(2), "550 5.7.1 not wanted");

            Answer answer = send(client, "one", "b", "c");

            assertThat(answer.code()).isEqualTo(554);
            assertThat(answer.lines())
                    .containsExactly(
                            "5.7.1 <c@example.org>: 550 5.7.1 not wanted", "5.7.1 Refused for 1 of 2 recipients");
            assertThat(outcome(gateway, "rejected")).isEqualTo(1);
        }
    }

    @Test
    void a_recipient_that_is_refused_at_once_is_owed_no_reply_later() {
        try (ScriptedUpstream upstream = lmtp().start();
                TestGateway gateway = inFrontOf(upstream).start();
                SmtpClient client = gateway.client()) {
            upstream.reply(Moment.at(Stage.RCPT).nth(2), "550 5.1.1 unknown");
            client.sendRaw("MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nRCPT TO:<c@example.org>\r\n"
                    + "RCPT TO:<d@example.org>\r\nDATA\r\n");
            for (int code : new int[] {250, 250, 550, 250, 354}) {
                client.expect(code);
            }
            client.sendRaw("X-Test-Id: one\r\n\r\nHello\r\n.\r\n").expect(250);
            assertThat(upstream.messages())
                    .extracting(Message::recipients)
                    .containsExactly(List.of("b@example.org"), List.of("d@example.org"));
        }
    }

    @Test
    void without_a_recipient_there_is_no_content_and_the_connection_serves_the_next_message() {
        try (ScriptedUpstream upstream = lmtp().start();
                TestGateway gateway = inFrontOf(upstream).pool(ONE_CONNECTION).start();
                SmtpClient client = gateway.client()) {
            upstream.reply(Moment.at(Stage.RCPT), "550 5.1.1 unknown");
            client.pipeline("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA", "RSET");
            for (int code : new int[] {250, 550, 503, 250}) {
                client.expect(code);
            }
            assertThat(send(client, "one", "c").code()).isEqualTo(250);
            assertThat(upstream.connections()).hasSize(1);
            assertThat(upstream.violations()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void messages_of_one_connection_do_not_mix_up_their_replies(Pooling pooling) {
        try (ScriptedUpstream upstream = lmtp().start();
                TestGateway gateway = inFrontOf(upstream)
                        .pooling(pooling)
                        .pool(ONE_CONNECTION)
                        .start();
                SmtpClient client = gateway.client()) {
            upstream.reply(endOfData(2), "550 5.7.1 not wanted").reply(endOfData(4), "450 4.2.0 busy");

            assertThat(send(client, "one", "b", "c").code()).isEqualTo(554);
            client.mail("a@example.org").rcpt("b@example.org").rcpt("c@example.org");
            client.send("RSET").expect(250);
            assertThat(send(client, "two", "d").code()).isEqualTo(250);
            assertThat(send(client, "three", "e", "f").lines())
                    .first()
                    .isEqualTo("4.2.0 <e@example.org>: 450 4.2.0 busy");

            assertThat(upstream.connections()).hasSize(1);
            assertThat(upstream.received()).hasSize(5);
            assertThat(upstream.violations()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EOF", "CLOSE", "RST", "REPLY_421", "REPLY_221", "HANG"})
    void what_goes_away_between_two_replies_has_confirmed_nothing(Fault fault) {
        try (ScriptedUpstream upstream = lmtp().start();
                TestGateway gateway =
                        inFrontOf(upstream).upstreamTimeouts(timeouts(fault)).start();
                SmtpClient client = gateway.client()) {
            upstream.fault(endOfData(2), fault);

            Answer answer = send(client, "one", "b", "c", "d");

            assertThat(answer.code()).isEqualTo(451);
            assertThat(answer.status()).isEqualTo("4.4.2");
            assertThat(answer.text()).contains("not confirmed");
            await().atMost(SOON).until(() -> outcome(gateway, "unknown") == 1);
            assertThat(send(client, "two", "b").code()).isEqualTo(250);
            assertThat(upstream.received()).hasSize(4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"251 2.0.0 odd", "354 odd", "220 odd", "garbage"})
    void what_is_no_answer_for_a_recipient_is_never_a_success(String reply) {
        try (ScriptedUpstream upstream = lmtp().start();
                TestGateway gateway = inFrontOf(upstream).start();
                SmtpClient client = gateway.client()) {
            upstream.reply(endOfData(2), reply);

            Answer answer = send(client, "one", "b", "c");

            assertThat(answer.code()).isEqualTo(451);
            assertThat(answer.status()).isEqualTo("4.5.0");
            await().atMost(SOON).until(() -> outcome(gateway, "unknown") == 1);
        }
    }

    @Test
    void a_probe_says_lhlo_and_quit() {
        try (ScriptedUpstream upstream = lmtp().start();
                TestGateway gateway = inFrontOf(upstream)
                        .health(UpstreamSettings.Health.DEFAULTS)
                        .start()) {
            UpstreamConnection probe = upstream.awaitConnections(1, SOON).get(0);
            assertThat(probe.awaitEnd(SOON)).isEqualTo(PeerEnd.CLEAN);
            assertThat(probe.commands()).containsExactly("LHLO gate.example.org", "QUIT");
            assertThat(upstream.violations()).isEmpty();
            assertThat(gateway.port()).isPositive();
        }
    }

    @Test
    void a_server_of_smtp_is_no_server_of_lmtp() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = inFrontOf(upstream).start();
                SmtpClient client = gateway.client()) {
            client.send("MAIL FROM:<a@example.org>").expect(451, "4.4.1");
            assertThat(upstream.connection(1).commands()).containsExactly("LHLO gate.example.org");
        }
    }

    private static UpstreamBuilder lmtp() {
        return ScriptedUpstream.builder().lmtp();
    }

    private static Moment endOfData(int reply) {
        return Moment.at(Stage.END_OF_DATA).nth(reply);
    }

    private static TestGateway.Builder inFrontOf(ScriptedUpstream upstream) {
        return TestGateway.inFrontOf(upstream.port()).lmtp();
    }

    private static UpstreamSettings.Timeouts timeouts(Fault fault) {
        Duration each = fault == Fault.HANG ? SHORT : SOON;
        return new UpstreamSettings.Timeouts(each, each, each, each, each, each);
    }

    /** Sends a message to these local parts, which are all accepted, and returns what is said to its end. */
    private static Answer send(SmtpClient client, String id, String... recipients) {
        client.mail("a@example.org");
        for (String recipient : recipients) {
            client.rcpt(recipient + "@example.org");
        }
        client.data();
        return client.sendRaw("X-Test-Id: " + id + "\r\n\r\nHello\r\n.\r\n").reply();
    }

    private static double outcome(TestGateway gateway, String outcome) {
        return gateway.metric("smtpgate_transactions_total{listener=\"submission\",outcome=\"" + outcome + "\"");
    }
}
