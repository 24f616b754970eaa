package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.core.ConditionFactory;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.smtp.Limits;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Message;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.SaslAccounts;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.TcpChaos;
import org.smtpgate.testkit.UpstreamBuilder;

/** A client, the gateway and an upstream that goes away; it knows which messages the client may believe delivered. */
final class ContractScene implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(20);

    /** No client of a test waits so long: what comes within its own patience did not wait for the upstream. */
    private static final Duration LONG = Duration.ofMinutes(5);

    private static final Duration SHORT = Duration.ofMillis(1_200);
    private static final long CONTENT_BEFORE_FAULT = 10_000;
    private static final String CONTENT = "All work and no play makes Jack a dull boy.\r\n".repeat(1_000);
    private static final int PIECES_MAX = 1_000;
    private static final String ENVELOPE = "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n";
    private static final String RECEIVED = "smtpgate_client_received_bytes_total";

    private final ContractCell cell;
    private final ScriptedUpstream upstream;
    private final TcpChaos wire;
    private final TestGateway.Builder settings;
    private final TestGateway gateway;
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private final List<String> acknowledged = new ArrayList<>();
    private SmtpClient client;

    ContractScene(ContractCell cell) {
        this.cell = cell;
        boolean hang = fault() == Fault.HANG;
        upstream = upstream(cell);
        wire = new TcpChaos(upstream.port());
        settings = TestGateway.inFrontOf(hang ? wire.port() : upstream.port())
                .pooling(cell.pooling())
                .failover(cell.row().failover())
                .clientTls(cell.clientTls() ? TlsMode.IMPLICIT : TlsMode.NONE)
                .upstreamTls(upstreamTls())
                .upstreamTimeouts(timeouts(hang ? SHORT : SOON))
                .eventLoops(1);
        if (cell.row().lmtp()) {
            settings.lmtp();
        }
        if (cell.row().upstreamJudges()) {
            settings.upstreamJudges();
        }
        cell.row().prepare(this);
        gateway = settings.start();
        reconnect();
    }

    private static ScriptedUpstream upstream(ContractCell cell) {
        UpstreamBuilder builder = ScriptedUpstream.builder().transport(cell.transport());
        if (cell.row().lmtp()) {
            builder.lmtp();
        }
        if (cell.row().upstreamJudges()) {
            builder.accounts(new SaslAccounts("PLAIN").password(TestGateway.USER, TestGateway.PASSWORD));
        }
        return (cell.row().chunking() ? builder.alsoOffers("CHUNKING") : builder).start();
    }

    private TlsMode upstreamTls() {
        return switch (cell.transport()) {
            case PLAIN -> TlsMode.NONE;
            case STARTTLS -> TlsMode.STARTTLS;
            case IMPLICIT_TLS -> TlsMode.IMPLICIT;
        };
    }

    private static UpstreamSettings.Timeouts timeouts(Duration each) {
        return new UpstreamSettings.Timeouts(each, each, each, each, each, each);
    }

    // Before anything is started

    TestGateway.Builder gateway() {
        return settings;
    }

    /** The upstream may take its time: what the client sees soon, it did not wait for. */
    void patientWithUpstream() {
        settings.upstreamTimeouts(timeouts(LONG));
    }

    void oneTransactionEach() {
        settings.pool(new Pool(50, 100, SOON, 3, SOON, SOON, 1));
    }

    void discardLimit(long octets) {
        Limits usual = Limits.DEFAULTS;
        settings.limits(new Limits(
                usual.commandLine(),
                usual.authLine(),
                usual.recipients(),
                0,
                usual.repliesOwed(),
                usual.errors(),
                usual.authFailures(),
                octets));
    }

    /** A hang in the content is an upstream that does not read: the wire before it will see to that. */
    void faultInContent() {
        if (fault() != Fault.HANG) {
            upstream.fault(Moment.contentAfter(CONTENT_BEFORE_FAULT), fault());
        }
    }

    // Who is there

    ContractCell cell() {
        return cell;
    }

    Fault fault() {
        return cell.fault();
    }

    ScriptedUpstream upstream() {
        return upstream;
    }

    SmtpClient client() {
        return client;
    }

    // What happens

    /** Another session. */
    void reconnect() {
        closeClient();
        client = cell.clientTls() ? SmtpClient.connectTls(gateway.port()) : SmtpClient.connect(gateway.port());
        client.timeout(SOON).greet();
    }

    /** Sends a message on the session, and reads that it was accepted. */
    void sendMessage() {
        client.mail("a@example.org").rcpt("b@example.org").data();
        finishMessage("");
    }

    void sendMessagePipelined() {
        sendMessagePipelined("");
    }

    /** The second one's envelope comes in one write with the first one's end. */
    void sendTwoMessagesPipelined() {
        sendMessagePipelined(ENVELOPE);
        expectEnvelopeAccepted();
        finishMessage("");
    }

    private void sendMessagePipelined(String behind) {
        client.sendRaw(ENVELOPE);
        expectEnvelopeAccepted();
        finishMessage(behind);
    }

    private void expectEnvelopeAccepted() {
        client.expect(250);
        client.expect(250);
        client.expect(354);
    }

    private void finishMessage(String behind) {
        String id = "m" + acknowledged.size();
        client.sendRaw("X-Test-Id: " + id + "\r\n\r\nHello\r\n.\r\n" + behind).expect(250);
        acknowledged.add(id);
        outcome("accepted", 1);
    }

    /** Sends the rest of a message as its last chunk, and reads that it was accepted. */
    void finishMessageInChunks() {
        String id = "m" + acknowledged.size();
        client.chunk("X-Test-Id: " + id + "\r\n\r\nHello", true).expect(250);
        acknowledged.add(id);
        outcome("accepted", 1);
    }

    /** Opens a transaction, by commands that are all accepted. */
    void inTransaction(String... commands) {
        for (String command : commands) {
            client.send(command).expect(250);
        }
    }

    /** Inflicts the fault on every open connection, and waits until the gateway has seen what can be seen. */
    void upstreamGoesAway() {
        assertThat(upstream.closeIdle(fault())).isPositive();
        if (fault() != Fault.HANG) {
            eventually().until(() -> gateway.metric("smtpgate_upstream_connections{") == 0);
        }
    }

    /** Begins a message, and sends content until the gateway knows that the upstream takes no more of it. */
    void loseUpstreamInContent() {
        client.mail("a@example.org").rcpt("b@example.org").data();
        sendUntilLost(CONTENT);
    }

    /** Likewise in chunks; says how many. */
    int loseUpstreamInChunks() {
        client.mail("a@example.org").rcpt("b@example.org");
        return sendUntilLost("BDAT " + CONTENT.length() + "\r\n" + CONTENT);
    }

    private int sendUntilLost(String content) {
        if (fault() == Fault.HANG) {
            wire.pause(TcpChaos.Flow.TO_SERVER);
        }
        double before = gateway.metric(RECEIVED);
        int pieces = 0;
        while (pieces < PIECES_MAX && seen("deferred") == 0) {
            client.sendRaw(content);
            pieces++;
            double all = before + (double) pieces * content.length();
            eventually().until(() -> gateway.metric(RECEIVED) >= all);
        }
        outcome("deferred", 1);
        assertThat(seen("deferred")).isEqualTo(1);
        // A peer that does not read must not hold its place in the pool.
        eventually().until(() -> gateway.metric("smtpgate_upstream_connections{") == 0);
        wire.resume(TcpChaos.Flow.TO_SERVER);
        return pieces;
    }

    void quit() {
        client.send("QUIT").expect(221, "2.0.0");
        client.expectCleanEnd();
    }

    // What is to be seen

    void expectOutOfOrder(int replies) {
        for (int reply = 0; reply < replies; reply++) {
            client.expect(503, "5.5.1");
        }
    }

    void expectNotConfirmed() {
        Answer answer = client.expect(451, "4.4.2");
        assertThat(answer.text()).contains("not confirmed");
        outcome("unknown", 1);
    }

    /** So many more transactions are to be counted as this. */
    void outcome(String outcome, int count) {
        outcomes.merge(outcome, count, Integer::sum);
    }

    void assertThatNothingWasLostOrDoubled() {
        assertThat(upstream.messages()).extracting(Message::id).containsExactlyElementsOf(acknowledged);
        assertThat(upstream.received()).extracting(Message::id).doesNotHaveDuplicates();
        assertThat(upstream.received()).hasSize(acknowledged.size() + outcomes.getOrDefault("unknown", 0));
        assertThat(upstream.violations()).isEmpty();
        eventually().untilAsserted(() -> {
            for (String outcome : List.of("accepted", "rejected", "deferred", "aborted", "unknown")) {
                assertThat(seen(outcome)).as(outcome).isEqualTo(outcomes.getOrDefault(outcome, 0));
            }
        });
    }

    private int seen(String outcome) {
        return (int) gateway.metric("smtpgate_transactions_total{listener=\"submission\",outcome=\"" + outcome + "\"");
    }

    private static ConditionFactory eventually() {
        return await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(SOON);
    }

    private void closeClient() {
        if (client != null) {
            client.close();
        }
    }

    /** The upstream first: the gateway's goodbye to one that hangs would take its time. */
    @Override
    public void close() {
        closeClient();
        upstream.close();
        wire.close();
        gateway.close();
    }
}
