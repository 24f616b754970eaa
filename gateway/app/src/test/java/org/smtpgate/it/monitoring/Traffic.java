package org.smtpgate.it.monitoring;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.PeerEnd;
import org.smtpgate.testkit.SaslAccounts;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;
import org.smtpgate.testkit.Transport;
import org.smtpgate.testkit.oauth.TokenEndpoint;

/**
 * A day in the life of two gateways, in seconds: one with a pool of a single connection, one whose sessions keep
 * theirs. All that meters count happens, and how often each thing does is known.
 */
public final class Traffic implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String BODY = "Subject: a\n\nb\n";
    /** So that there are garbage collections to be seen. */
    private static final String SMALL_YOUNG_GENERATION = "-Xmn8m";

    private final ScriptedUpstream shared = ScriptedUpstream.builder()
            .reply(Moment.at(Stage.END_OF_DATA).nth(2), "550 5.7.1 not that")
            .reply(Moment.at(Stage.END_OF_DATA).nth(3), "452 4.3.1 not now")
            .start();
    private final ScriptedUpstream kept = ScriptedUpstream.start();
    private final TokenEndpoint endpoint =
            TokenEndpoint.start(Clock.systemUTC()).client("gate", "opensesame");
    private final ScriptedUpstream office = ScriptedUpstream.builder()
            .transport(Transport.STARTTLS)
            .accounts(new SaslAccounts("XOAUTH2")
                    .tokens((user, token) -> endpoint.find(token).isPresent()))
            .start();
    private final GatewayProcess pooling;
    private final GatewayProcess keeping;

    /** Starts the gateways; nothing happens yet. */
    public Traffic(Path folder) throws IOException {
        pooling = GatewaySetup.before(shared.port(), Files.createDirectory(folder.resolve("pooling")))
                .maxConnections(1)
                .upstreams("""
                        office:
                          endpoints: [ "127.0.0.1:%d" ]
                          tls: { mode: starttls, trust: authority.crt }
                          identity: { mode: service, username: box@office.example, tokens: office }
                          max-transactions: 1
                        """.formatted(office.port()).indent(2))
                .config("""
                        tokens:
                          office:
                            source: client-credentials
                            endpoint: %s
                            client-id: gate
                            client-secret: opensesame
                        routes: [ { sender-domain: office.example, to: office } ]
                        """.formatted(endpoint.uri()))
                .jvm(SMALL_YOUNG_GENERATION)
                .start();
        keeping = GatewaySetup.before(kept.port(), Files.createDirectory(folder.resolve("keeping")))
                .pooling("session")
                .jvm(SMALL_YOUNG_GENERATION)
                .start();
    }

    /** The one that has a pool of one connection. */
    public GatewayProcess pooling() {
        return pooling;
    }

    /** The one whose sessions keep their connections. */
    public GatewayProcess keeping() {
        return keeping;
    }

    public List<Integer> adminPorts() {
        return List.of(pooling.adminPort(), keeping.adminPort());
    }

    public void flow() {
        messagesOfEveryOutcome();
        closuresInThePool();
        aLineForTheOneConnection();
        logins();
        loginsByToken();
        handshakesThatFail();
        closuresOfKeptConnections();
        theUpstreamIsGone();
        for (GatewayProcess gateway : List.of(pooling, keeping)) {
            awaitCount(gateway, 0, "smtpgate_sessions_open");
            awaitCount(gateway, 0, "smtpgate_upstream_connections");
        }
    }

    /** 2 accepted, the second one after a retry; 1 rejected, deferred, aborted and unknown each. */
    private void messagesOfEveryOutcome() {
        try (SmtpClient client = SmtpClient.connect(pooling.plainPort()).timeout(SOON)) {
            client.greet();
            send(client, 250);
            send(client, 550);
            send(client, 452);
            client.mail("a@example.org").rcpt("b@example.org");
            client.send("RSET").expect(250);
            awaitCount(1, "smtpgate_upstream_connections", "state", "idle");
            shared.fault(shared.next(Stage.MAIL), Fault.RST);
            send(client, 250);
            shared.fault(shared.next(Stage.END_OF_DATA), Fault.RST);
            send(client, 451);
            client.quit();
        }
    }

    /** 2 accepted; then the connection in the pool ends with 421, and with RST. */
    private void closuresInThePool() {
        for (Fault fault : List.of(Fault.REPLY_421, Fault.RST)) {
            try (SmtpClient client = SmtpClient.connect(pooling.plainPort()).timeout(SOON)) {
                client.greet();
                send(client, 250);
                client.reset();
            }
            awaitCount(1, "smtpgate_upstream_connections", "state", "idle");
            shared.closeIdle(fault);
            awaitCount(0, "smtpgate_upstream_connections", "state", "idle");
        }
    }

    /** 2 accepted, the second one after a wait. */
    private void aLineForTheOneConnection() {
        try (SmtpClient first = SmtpClient.connect(pooling.plainPort()).timeout(SOON);
                SmtpClient second = SmtpClient.connect(pooling.plainPort()).timeout(SOON)) {
            first.greet();
            second.greet();
            first.mail("a@example.org").rcpt("b@example.org").data();
            second.send("MAIL FROM:<c@example.org>");
            awaitCount(1, "smtpgate_upstream_queued");
            first.message(BODY).expect(250);
            second.expect(250);
            second.rcpt("d@example.org").data().message(BODY).expect(250);
            first.quit();
            second.quit();
        }
    }

    /** 2 accepted, with a message each; 2 rejected, one of them with an empty password; 1 malformed, 1 cancelled. */
    private void logins() {
        try (SmtpClient client = SmtpClient.connect(pooling.starttlsPort()).timeout(SOON)) {
            client.greet();
            client.startTls().ehlo();
            client.sendAuthPlain(GatewaySetup.USER, "wrong").expect(535);
            client.sendAuthPlain(GatewaySetup.USER, "").expect(535);
            client.send("AUTH PLAIN AA==").expect(501);
            client.send("AUTH LOGIN").expect(334);
            client.send("*").expect(501);
            client.authPlain(GatewaySetup.USER, GatewaySetup.PASSWORD);
            send(client, 250);
            client.quit();
        }
        try (SmtpClient client = SmtpClient.connectTls(pooling.implicitPort()).timeout(SOON)) {
            client.greet();
            client.authPlain(GatewaySetup.USER, GatewaySetup.PASSWORD);
            send(client, 250);
            client.quit();
        }
    }

    /** 2 accepted, after a request for a token; the upstream refuses it to the second, which takes another request. */
    private void loginsByToken() {
        try (SmtpClient client = SmtpClient.connect(pooling.plainPort()).timeout(SOON)) {
            client.greet();
            client.transaction("a@office.example", "b@example.org", BODY).expect(250);
            endpoint.issued().forEach(endpoint::revoke);
            client.transaction("a@office.example", "b@example.org", BODY).expect(250);
            client.quit();
        }
    }

    /** 1 on the port of either kind. */
    private void handshakesThatFail() {
        try (SmtpClient client = SmtpClient.connect(pooling.starttlsPort()).timeout(SOON)) {
            client.greet();
            client.send("STARTTLS").expect(220);
            client.send("this is no TLS");
            awaitCount(1, "smtpgate_tls_handshakes_total", "listener", "submission", "outcome", "failed");
        }
        try (SmtpClient client = SmtpClient.connect(pooling.implicitPort()).timeout(SOON)) {
            client.send("this is no TLS");
            awaitCount(1, "smtpgate_tls_handshakes_total", "listener", "submissions", "outcome", "failed");
        }
    }

    /** 2 accepted at the gateway whose sessions keep their connections; these end with RST, and with 421. */
    private void closuresOfKeptConnections() {
        for (Fault fault : List.of(Fault.RST, Fault.REPLY_421)) {
            try (SmtpClient client = SmtpClient.connect(keeping.plainPort()).timeout(SOON)) {
                client.greet();
                send(client, 250);
                kept.closeIdle(fault);
                client.expect(221);
                client.expectEnd(PeerEnd.CLEAN);
            }
        }
    }

    /** 1 deferred: there is no connection. */
    private void theUpstreamIsGone() {
        shared.stopListening();
        shared.closeIdle(Fault.EOF);
        awaitCount(0, "smtpgate_upstream_connections", "state", "idle");
        try (SmtpClient client = SmtpClient.connect(pooling.plainPort()).timeout(SOON)) {
            client.greet();
            client.send("MAIL FROM:<a@example.org>").expect(451, "4.4.1");
            client.quit();
        }
    }

    private static void send(SmtpClient client, int verdict) {
        client.transaction("a@example.org", "b@example.org", BODY).expect(verdict);
    }

    private void awaitCount(double count, String metric, String... labels) {
        awaitCount(pooling, count, metric, labels);
    }

    private static void awaitCount(GatewayProcess gateway, double count, String metric, String... labels) {
        await(metric + List.of(labels) + " is " + count)
                .atMost(SOON)
                .until(() -> new Scrape(gateway.metrics()).sum(metric, labels) == count);
    }

    @Override
    public void close() {
        pooling.close();
        keeping.close();
        shared.close();
        kept.close();
        office.close();
        endpoint.close();
    }
}
