package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.proxy.upstream.UpstreamSettings.Failover;
import org.smtpgate.proxy.upstream.UpstreamSettings.OnUpstreamClose;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.Transport;
import org.smtpgate.testkit.UpstreamBuilder;

/** Row 3 of the closure contract: an upstream that cannot be used costs a client its transaction, never its session. */
@Execution(ExecutionMode.CONCURRENT)
class ConnectFailureTest {
    private static final Duration SHORT = Duration.ofMillis(800);
    private static final Duration SOON = Duration.ofSeconds(8);

    /** An endpoint that is of no use, and why. */
    private record Useless(String why, Transport transport, UpstreamBuilder builder, boolean listens) {
        Useless(String why, UpstreamBuilder builder) {
            this(why, Transport.PLAIN, builder, true);
        }

        Useless(String why, Transport transport, UpstreamBuilder builder) {
            this(why, transport, builder.transport(transport), true);
        }

        ScriptedUpstream start() {
            ScriptedUpstream upstream = builder.start();
            if (!listens) {
                upstream.stopListening();
            }
            return upstream;
        }

        @Override
        public String toString() {
            return why;
        }
    }

    static Stream<Arguments> endpoints() {
        return Stream.of(Pooling.values())
                .flatMap(pooling -> useless().stream().map(endpoint -> Arguments.of(endpoint, pooling)));
    }

    private static List<Useless> useless() {
        Moment greeting = Moment.at(Stage.GREETING).always();
        Moment ehlo = Moment.at(Stage.EHLO).always();
        Moment startTls = Moment.at(Stage.STARTTLS).always();
        return List.of(
                new Useless("refuses the connection", Transport.PLAIN, ScriptedUpstream.builder(), false),
                new Useless("never greets", ScriptedUpstream.builder().fault(greeting, Fault.HANG)),
                new Useless("greets with 554", ScriptedUpstream.builder().reply(greeting, "554 5.3.2 no service")),
                new Useless("greets with 250", ScriptedUpstream.builder().reply(greeting, "250 2.0.0 hello")),
                new Useless(
                        "greets with another protocol",
                        ScriptedUpstream.builder().reply(greeting, "SSH-2.0-Up")),
                new Useless("answers EHLO with 421", ScriptedUpstream.builder().reply(ehlo, "421 4.3.2 not now")),
                new Useless("answers EHLO with 450", ScriptedUpstream.builder().reply(ehlo, "450 4.3.2 not now")),
                new Useless(
                        "answers EHLO and HELO with 550",
                        ScriptedUpstream.builder().reply(ehlo, "550 5.7.1 no")),
                new Useless(
                        "does not offer STARTTLS",
                        Transport.STARTTLS,
                        ScriptedUpstream.builder().extensions("PIPELINING")),
                new Useless(
                        "refuses STARTTLS",
                        Transport.STARTTLS,
                        ScriptedUpstream.builder().reply(startTls, "454 4.7.0 no TLS now")),
                new Useless(
                        "shows an untrusted certificate after STARTTLS",
                        Transport.STARTTLS,
                        ScriptedUpstream.builder().identity(TestCertificates.untrusted())),
                new Useless(
                        "shows an untrusted certificate",
                        Transport.IMPLICIT_TLS,
                        ScriptedUpstream.builder().identity(TestCertificates.untrusted())),
                new Useless(
                        "shows another host's certificate",
                        Transport.IMPLICIT_TLS,
                        ScriptedUpstream.builder().identity(TestCertificates.wrongHost())),
                new Useless(
                        "shows an expired certificate",
                        Transport.IMPLICIT_TLS,
                        ScriptedUpstream.builder().identity(TestCertificates.expired())),
                new Useless(
                        "never shakes hands",
                        Transport.IMPLICIT_TLS,
                        ScriptedUpstream.builder().fault(Moment.at(Stage.ACCEPT).always(), Fault.HANG)));
    }

    @ParameterizedTest(name = "{0} | {1}")
    @MethodSource("endpoints")
    void an_only_endpoint_that_is_of_no_use_costs_the_transaction_and_not_the_session(
            Useless endpoint, Pooling pooling) {
        try (ScriptedUpstream upstream = endpoint.start();
                TestGateway gateway =
                        gateway(endpoint, upstream.port()).pooling(pooling).start();
                SmtpClient client = connect(gateway)) {
            for (int attempt = 0; attempt < 2; attempt++) {
                client.pipeline("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA");
                client.expect(451, "4.4.1");
                client.expect(503, "5.5.1");
                client.expect(503, "5.5.1");
            }
            client.send("NOOP").expect(250);
            client.quit();
            assertThat(gateway.metric("smtpgate_transactions_total{listener=\"submission\",outcome=\"deferred\""))
                    .isEqualTo(2);
        }
    }

    @ParameterizedTest(name = "{0} | {1}")
    @MethodSource("endpoints")
    void the_next_endpoint_is_tried_unseen(Useless endpoint, Pooling pooling) {
        try (ScriptedUpstream first = endpoint.start();
                ScriptedUpstream second = ScriptedUpstream.builder()
                        .transport(endpoint.transport())
                        .start();
                TestGateway gateway = gateway(endpoint, first.port(), second.port())
                        .pooling(pooling)
                        .start();
                SmtpClient client = connect(gateway)) {
            client.pipeline("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA");
            client.expect(250);
            client.expect(250);
            client.expect(354);
            client.message("Hello\r\n").expect(250);
            client.quit();
            assertThat(second.messages()).hasSize(1);
            assertThat(first.received()).isEmpty();
            assertThat(second.violations()).isEmpty();
        }
    }

    @Test
    void no_more_endpoints_are_tried_than_connect_attempts_allows() {
        Pool usual = Pool.DEFAULTS;
        Pool twice = new Pool(
                usual.maxConnections(),
                usual.queueLength(),
                usual.queueTimeout(),
                2,
                usual.idleTimeout(),
                usual.maxLifetime(),
                usual.maxTransactions());
        try (ScriptedUpstream first = refusing();
                ScriptedUpstream second = refusing();
                ScriptedUpstream third = ScriptedUpstream.start();
                TestGateway gateway = TestGateway.inFrontOf(first.port(), second.port(), third.port())
                        .pool(twice)
                        .eventLoops(1)
                        .start();
                SmtpClient client = connect(gateway)) {
            client.send("MAIL FROM:<a@example.org>").expect(451, "4.4.1");
            assertThat(third.connections()).isEmpty();
            // Those that have just failed come last.
            client.mail("a@example.org");
            client.quit();
        }
    }

    @Test
    void an_endpoint_that_never_greets_leaves_time_for_the_next() {
        Pool usual = Pool.DEFAULTS;
        Pool hasty = new Pool(
                usual.maxConnections(),
                usual.queueLength(),
                Duration.ofSeconds(2),
                usual.connectAttempts(),
                usual.idleTimeout(),
                usual.maxLifetime(),
                usual.maxTransactions());
        try (ScriptedUpstream first = ScriptedUpstream.builder()
                        .fault(Moment.at(Stage.GREETING).always(), Fault.HANG)
                        .start();
                ScriptedUpstream second = ScriptedUpstream.start();
                TestGateway gateway = TestGateway.inFrontOf(first.port(), second.port())
                        .pool(hasty)
                        .eventLoops(1)
                        .start();
                SmtpClient client = connect(gateway)) {
            client.mail("a@example.org");
            assertThat(first.connections()).hasSize(1);
            first.awaitOpenConnections(0, Duration.ofSeconds(5));
            client.quit();
        }
    }

    @Test
    void a_session_whose_lost_connection_was_replaced_survives_a_later_failure() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .fault(Moment.at(Stage.RCPT), Fault.EOF)
                        .start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .pooling(Pooling.SESSION)
                        .failover(Failover.MAIL)
                        .onUpstreamClose(OnUpstreamClose.RECONNECT)
                        .eventLoops(1)
                        .start();
                SmtpClient client = connect(gateway)) {
            client.mail("a@example.org").send("RCPT TO:<b@example.org>").expect(451, "4.4.2");
            client.transaction("a@example.org", "b@example.org", "Hello\r\n").expect(250);
            upstream.stopListening();
            upstream.closeIdle(Fault.EOF);
            upstream.awaitOpenConnections(0, SOON);
            client.send("MAIL FROM:<a@example.org>").expect(451, "4.4.1");
            client.expectOpen();
            client.quit();
        }
    }

    private static ScriptedUpstream refusing() {
        return ScriptedUpstream.builder()
                .reply(Moment.at(Stage.GREETING).always(), "554 5.3.2 no service")
                .start();
    }

    private static SmtpClient connect(TestGateway gateway) {
        SmtpClient client = SmtpClient.connect(gateway.port()).timeout(SOON);
        client.greet();
        return client;
    }

    private static TestGateway.Builder gateway(Useless endpoint, int... ports) {
        return TestGateway.inFrontOf(ports)
                .upstreamTls(
                        switch (endpoint.transport()) {
                            case PLAIN -> TlsMode.NONE;
                            case STARTTLS -> TlsMode.STARTTLS;
                            case IMPLICIT_TLS -> TlsMode.IMPLICIT;
                        })
                .upstreamTimeouts(timeouts())
                .eventLoops(1);
    }

    private static UpstreamSettings.Timeouts timeouts() {
        return new UpstreamSettings.Timeouts(SOON.dividedBy(4), SHORT, SOON, SOON, SOON, SOON);
    }
}
