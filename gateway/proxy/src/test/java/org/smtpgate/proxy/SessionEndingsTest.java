package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.proxy.downstream.ListenerSettings;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.Limits;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;
import org.smtpgate.testkit.TcpChaos;

/** The endings that are the gateway's own: each with its last reply, a flush, and a clean FIN. */
class SessionEndingsTest {
    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration SOON = Duration.ofSeconds(15);

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private TestGateway gateway;

    @AfterEach
    void close() {
        upstream.close();
        gateway.close();
    }

    private SmtpClient connect(TestGateway.Builder settings) {
        gateway = settings.eventLoops(1).start();
        SmtpClient client = SmtpClient.connect(gateway.port()).timeout(SOON);
        client.greet();
        return client;
    }

    private TestGateway.Builder settings() {
        return TestGateway.inFrontOf(upstream.port());
    }

    private static TestGateway.Builder impatient(TestGateway.Builder settings) {
        return settings.timeouts(new ListenerSettings.Timeouts(SHORT, SHORT, 0, SOON));
    }

    private static void expectEnding(SmtpClient client, boolean politely, String status) {
        if (politely) {
            client.expect(221, "2.0.0");
        } else {
            client.expect(421, status);
        }
        client.expectCleanEnd();
    }

    /** Each kind of ending, said as 421 or, with closing-replies, as 221. */
    private static Set<Ending> closingReplies(boolean politely) {
        return politely ? EnumSet.allOf(Ending.class) : EnumSet.noneOf(Ending.class);
    }

    // Silence

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_silent_client_is_told_421_4_4_2_or_221(boolean politely) {
        try (SmtpClient client = connect(impatient(settings()).closeWith221(closingReplies(politely)))) {
            expectEnding(client, politely, "4.4.2");
        }
    }

    @Test
    void a_client_that_is_silent_in_its_transaction_is_told_421_and_its_transaction_is_reset() {
        try (SmtpClient client = connect(impatient(settings()))) {
            client.mail("a@example.org");
            expectEnding(client, false, "4.4.2");
            upstream.awaitStage(Stage.RSET, 1, SOON);
        }
    }

    @Test
    void a_byte_now_and_then_makes_no_command_and_keeps_no_session_open() {
        try (SmtpClient client = connect(impatient(settings()))) {
            Thread drip = new Thread(() -> {
                for (int octet = 0; octet < 200; octet++) {
                    client.expectOpen(SHORT.dividedBy(10));
                    client.sendRaw("N");
                }
            });
            drip.setUncaughtExceptionHandler((thread, ended) -> {});
            long since = System.nanoTime();
            drip.start();
            join(drip);
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(SHORT.multipliedBy(4));
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(SOON.toMillis());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(thread.isAlive()).isFalse();
    }

    /** A 221 there could be taken for the acceptance of the message. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_client_that_is_silent_in_the_content_is_told_421_whatever_closing_replies_says(boolean politely) {
        try (SmtpClient client = connect(impatient(settings()).closeWith221(closingReplies(politely)))) {
            client.mail("a@example.org").rcpt("b@example.org").data();
            client.sendRaw("Hello\r\n");
            expectEnding(client, false, "4.4.2");
            upstream.awaitOpenConnections(0, SOON);
            assertThat(upstream.received()).isEmpty();
        }
    }

    @Test
    void a_client_does_not_time_out_while_the_upstream_thinks() {
        upstream.delay(Moment.at(Stage.MAIL), SHORT.multipliedBy(3));
        upstream.delay(Moment.at(Stage.END_OF_DATA), SHORT.multipliedBy(3));
        try (SmtpClient client = connect(impatient(settings()))) {
            client.transaction("a@example.org", "b@example.org", "Hello\r\n").expect(250);
            client.quit();
        }
    }

    @Test
    void a_client_does_not_time_out_in_the_content_while_the_upstream_does_not_read() {
        TcpChaos wire = new TcpChaos(upstream.port());
        Duration longer = SHORT.multipliedBy(3);
        TestGateway.Builder settings = impatient(TestGateway.inFrontOf(wire.port()))
                .upstreamTimeouts(new UpstreamSettings.Timeouts(SOON, SOON, SOON, SOON, longer, SOON));
        try (wire;
                SmtpClient client = connect(settings)) {
            client.mail("a@example.org").rcpt("b@example.org").data();
            wire.pause(TcpChaos.Flow.TO_SERVER);
            client.sendRaw("All work and no play.\r\n".repeat(700_000) + ".\r\n")
                    .expect(451, "4.4.2");
            client.quit();
        }
    }

    // Too much

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void too_many_errors_end_with_421_4_7_0_or_221(boolean politely) {
        try (SmtpClient client = connect(settings().limits(limits(3, 3)).closeWith221(closingReplies(politely)))) {
            client.pipeline("WHAT", "IS", "THIS", "NOOP");
            for (int error = 0; error < 3; error++) {
                client.expect(500, "5.5.1");
            }
            expectEnding(client, politely, "4.7.0");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void too_many_failed_logins_end_with_421_4_7_0_or_221(boolean politely) {
        TestGateway.Builder settings = settings().limits(limits(20, 2)).auth(true, true);
        try (SmtpClient client = connect(settings.closeWith221(closingReplies(politely)))) {
            client.sendAuthPlain(TestGateway.USER, "wrong").expect(535, "5.7.8");
            client.sendAuthPlain(TestGateway.USER, "wrong too").expect(535, "5.7.8");
            expectEnding(client, politely, "4.7.0");
        }
    }

    private static Limits limits(int errors, int authFailures) {
        Limits usual = Limits.DEFAULTS;
        return new Limits(
                usual.commandLine(),
                usual.authLine(),
                usual.recipients(),
                usual.message(),
                usual.repliesOwed(),
                errors,
                authFailures,
                usual.discard());
    }

    // Shutdown

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_idle_session_is_told_421_4_3_2_or_221_at_shutdown(boolean politely) {
        try (SmtpClient client = connect(settings().drainDeadline(SOON).closeWith221(closingReplies(politely)))) {
            gateway.stop();
            expectEnding(client, politely, "4.3.2");
            client.close();
            gateway.awaitStop();
        }
    }

    @Test
    void a_transaction_may_end_before_shutdown_is_told() {
        try (SmtpClient client = connect(settings().drainDeadline(SOON))) {
            client.mail("a@example.org");
            gateway.stop();
            client.rcpt("b@example.org").data().message("Hello\r\n").expect(250);
            expectEnding(client, false, "4.3.2");
            client.close();
            gateway.awaitStop();
            assertThat(upstream.messages()).hasSize(1);
            assertThat(upstream.violations()).isEmpty();
        }
    }

    @Test
    void a_transaction_that_is_open_at_the_drain_deadline_is_ended() {
        try (SmtpClient client = connect(settings().drainDeadline(SHORT).closeWith221(closingReplies(true)))) {
            client.mail("a@example.org").rcpt("b@example.org").data().sendRaw("Hello\r\n");
            gateway.stop();
            expectEnding(client, false, "4.3.2");
            client.close();
            gateway.awaitStop();
            assertThat(upstream.received()).isEmpty();
            assertThat(outcome("aborted")).isEqualTo(1);
        }
    }

    @Test
    void a_message_that_is_unconfirmed_at_the_drain_deadline_is_counted_as_unknown() {
        upstream.fault(Moment.at(Stage.END_OF_DATA), Fault.HANG);
        try (SmtpClient client = connect(settings().drainDeadline(SHORT).closeWith221(closingReplies(true)))) {
            client.transaction("a@example.org", "b@example.org", "Hello\r\n");
            upstream.awaitStage(Stage.END_OF_DATA, 1, SOON);
            gateway.stop();
            expectEnding(client, false, "4.3.2");
            client.close();
            gateway.awaitStop();
            assertThat(outcome("unknown")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ACCEPT", "EHLO"})
    void a_stop_does_not_wait_for_an_upstream_that_is_still_to_be_greeted(Stage stage) {
        upstream.fault(Moment.at(stage), Fault.HANG);
        try (SmtpClient client = connect(settings().drainDeadline(SHORT))) {
            client.send("MAIL FROM:<a@example.org>");
            upstream.awaitStage(stage, 1, SOON);
            gateway.stop();
            expectEnding(client, false, "4.3.2");
            client.close();
            gateway.awaitStop();
            upstream.awaitOpenConnections(0, SOON);
        }
    }

    private double outcome(String outcome) {
        return gateway.metric("smtpgate_transactions_total{listener=\"submission\",outcome=\"" + outcome + "\"");
    }
}
