package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamSettings.Failover;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.Message;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Transport;

/** A client with a message for three recipients, the gateway, and an upstream of three endpoints, tried in this order. */
final class FailoverScene implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(20);

    static final List<String> ENVELOPE = List.of(
            "MAIL FROM:<a@example.org>",
            "RCPT TO:<b@example.org>",
            "RCPT TO:<c@example.org>",
            "RCPT TO:<d@example.org>",
            "DATA");

    private final List<ScriptedUpstream> endpoints = new ArrayList<>();
    private final TestGateway.Builder settings;
    private TestGateway gateway;
    private SmtpClient client;

    FailoverScene(Transport transport, Pooling pooling) {
        for (int endpoint = 0; endpoint < 3; endpoint++) {
            endpoints.add(ScriptedUpstream.builder().transport(transport).start());
        }
        settings = TestGateway.inFrontOf(
                        endpoints.stream().mapToInt(ScriptedUpstream::port).toArray())
                .pooling(pooling)
                .failover(Failover.ENVELOPE)
                .upstreamTls(transport == Transport.PLAIN ? TlsMode.NONE : TlsMode.IMPLICIT)
                .eventLoops(1);
    }

    TestGateway.Builder settings() {
        return settings;
    }

    FailoverScene start() {
        gateway = settings.start();
        client = SmtpClient.connect(gateway.port()).timeout(SOON);
        client.greet();
        return this;
    }

    SmtpClient client() {
        return client;
    }

    /** From 1. */
    ScriptedUpstream endpoint(int number) {
        return endpoints.get(number - 1);
    }

    // What happens

    /** Gives commands of the envelope one by one; all of them are accepted. */
    void give(int from, int to) {
        for (String command : ENVELOPE.subList(from, to)) {
            client.send(command);
            expectAccepted(command);
        }
    }

    /** Reads that commands of the envelope were accepted. */
    void expectAccepted(int from, int to) {
        ENVELOPE.subList(from, to).forEach(this::expectAccepted);
    }

    private void expectAccepted(String command) {
        client.expect(command.equals("DATA") ? 354 : 250);
    }

    /** Gives the envelope from there on in one write, whatever comes. */
    void pipeline(int from) {
        client.pipeline(ENVELOPE.subList(from, ENVELOPE.size()).toArray(String[]::new));
    }

    void finishMessage() {
        client.sendRaw("X-Test-Id: m1\r\n\r\nHello\r\n.\r\n").expect(250);
    }

    /** Waits until the gateway has no connection to any endpoint. */
    void awaitLoss() {
        eventually().until(() -> gateway.metric("smtpgate_upstream_connections{") == 0);
    }

    // What is to be seen

    /** The command gets 451, and what is left of the group 503; the session stays. */
    void expectDeferred(int rest) {
        client.expect(451, "4.4.2");
        for (int reply = 0; reply < rest; reply++) {
            client.expect(503, "5.5.1");
        }
    }

    /** The message is at this endpoint, for all its recipients in order, and nowhere else. */
    void assertThatItIsOnlyAt(int number) {
        assertThat(endpoint(number).messages()).singleElement().satisfies(message -> {
            assertThat(message.id()).isEqualTo("m1");
            assertThat(message.recipients()).containsExactly("b@example.org", "c@example.org", "d@example.org");
        });
        assertThat(received()).hasSize(1);
        assertThatNobodyComplains();
    }

    void assertThatItIsNowhere() {
        assertThat(received()).isEmpty();
        assertThatNobodyComplains();
    }

    private void assertThatNobodyComplains() {
        endpoints.forEach(endpoint -> assertThat(endpoint.violations()).isEmpty());
    }

    private List<Message> received() {
        return endpoints.stream()
                .flatMap(endpoint -> endpoint.received().stream())
                .toList();
    }

    /** How often connections were made, to any endpoint. */
    int connections() {
        return endpoints.stream()
                .mapToInt(endpoint -> endpoint.connections().size())
                .sum();
    }

    void assertRetries(String sent, int done, int failed) {
        eventually().untilAsserted(() -> {
            assertThat(retries(sent, "done")).isEqualTo(done);
            assertThat(retries(sent, "failed")).isEqualTo(failed);
        });
    }

    void assertNoRetries() {
        assertThat(gateway.metric("smtpgate_upstream_retries_total{")).isZero();
    }

    private double retries(String sent, String outcome) {
        return gateway.metric("smtpgate_upstream_retries_total{outcome=\"" + outcome + "\",sent=\"" + sent + "\"");
    }

    void assertOutcome(String outcome, int count) {
        String counter = "smtpgate_transactions_total{listener=\"submission\",outcome=\"" + outcome + "\"";
        eventually().untilAsserted(() -> assertThat(gateway.metric(counter)).isEqualTo(count));
    }

    static ConditionFactory eventually() {
        return await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(SOON);
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        endpoints.forEach(ScriptedUpstream::close);
        if (gateway != null) {
            gateway.close();
        }
    }
}
