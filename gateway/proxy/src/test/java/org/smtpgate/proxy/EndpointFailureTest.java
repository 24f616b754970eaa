package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamIdentity;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;
import org.smtpgate.proxy.upstream.UpstreamSettings.Health;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.proxy.upstream.UpstreamSettings.ProxyProtocol;
import org.smtpgate.smtp.sender.Introduction.Xclient;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Message;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.PeerEnd;
import org.smtpgate.testkit.SaslAccounts;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;
import org.smtpgate.testkit.Transport;
import org.smtpgate.testkit.UpstreamBuilder;
import org.smtpgate.testkit.UpstreamConnection;

/** Endpoints die and come back, and clients notice no more of it than rows 3 to 8 of the closure contract allow. */
class EndpointFailureTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Health HASTY =
            new Health(Duration.ZERO, Duration.ofSeconds(2), false, 3, Duration.ofMillis(200), Duration.ofMillis(400));

    @Test
    void the_death_of_one_of_three_under_load_costs_only_the_transactions_that_were_open_on_it() throws Exception {
        try (ScriptedUpstream first = ScriptedUpstream.start();
                ScriptedUpstream second = ScriptedUpstream.start();
                ScriptedUpstream third = ScriptedUpstream.start();
                TestGateway gateway = TestGateway.inFrontOf(first.port(), second.port(), third.port())
                        .health(HASTY)
                        .eventLoops(4)
                        .start()) {
            MailLoad load = new MailLoad(gateway.port(), 12);
            second.awaitMessages(30, SOON);
            second.close();
            int atDeath = load.accepted();
            Awaitility.await().atMost(SOON).until(() -> load.accepted() > atDeath + 200);
            load.stop();
            assertThat(load.deferred()).as("transactions lost").hasSizeLessThanOrEqualTo(12);
            assertThat(load.deferred()).allSatisfy(answer -> {
                assertThat(answer.code()).isEqualTo(451);
                assertThat(answer.status()).isEqualTo("4.4.2");
            });
            List<String> ids = Stream.of(first, second, third)
                    .flatMap(server -> server.messages().stream())
                    .map(Message::id)
                    .toList();
            assertThat(ids).containsAll(load.acceptedIds());
            for (ScriptedUpstream alive : List.of(first, third)) {
                assertThat(alive.violations()).isEmpty();
                assertThat(alive.messages()).hasSizeGreaterThan(60);
            }
        }
    }

    /** The login is the gateway's own though the connection is one client's alone: the next endpoint may know it. */
    @ParameterizedTest
    @EnumSource(value = ProxyProtocol.class)
    void a_login_of_the_gateway_that_one_refuses_is_tried_at_the_next(ProxyProtocol proxy) {
        UpstreamBuilder refusing = knowing("changed");
        UpstreamBuilder accepting = knowing("secret");
        if (proxy != ProxyProtocol.OFF) {
            refusing.proxied();
            accepting.proxied();
        }
        try (ScriptedUpstream first = refusing.start();
                ScriptedUpstream second = accepting.start();
                TestGateway gateway = TestGateway.inFrontOf()
                        .endpoints(List.of(
                                new Endpoint(Endpoint.Kind.HOST, "127.0.0.1", first.port(), 1, 0),
                                new Endpoint(Endpoint.Kind.HOST, "127.0.0.1", second.port(), 1, 1)))
                        .pooling(Pooling.SESSION)
                        .upstreamTls(TlsMode.STARTTLS)
                        .introduction(new UpstreamSettings.Introduction(Xclient.OFF, false, proxy, false))
                        .identity(new UpstreamIdentity.Service(
                                UpstreamIdentity.Method.STRONGEST,
                                "gateway",
                                new UpstreamIdentity.Proof.Password("secret")))
                        .start();
                SmtpClient client = gateway.client()) {
            client.transaction("a@example.org", "b@example.org", "Hello\r\n").expect(250);
            assertThat(second.messages()).hasSize(1);
        }
    }

    private static UpstreamBuilder knowing(String password) {
        return ScriptedUpstream.builder()
                .transport(Transport.STARTTLS)
                .accounts(new SaslAccounts("PLAIN").password("gateway", password));
    }

    /** Nobody ever waits here, and the one connection lies idle between messages: nothing else would bring a permit. */
    @Test
    void one_that_is_back_is_found_though_all_permits_are_held() throws Exception {
        ScriptedUpstream gone = ScriptedUpstream.start();
        gone.close();
        try (ScriptedUpstream backup = ScriptedUpstream.start();
                TestGateway gateway = TestGateway.inFrontOf()
                        .endpoints(List.of(
                                new Endpoint(Endpoint.Kind.HOST, "127.0.0.1", gone.port(), 1, 0),
                                new Endpoint(Endpoint.Kind.HOST, "127.0.0.1", backup.port(), 1, 1)))
                        .health(new Health(
                                Duration.ZERO,
                                Duration.ofSeconds(2),
                                false,
                                1,
                                Duration.ofMillis(200),
                                Duration.ofMillis(400)))
                        .pool(new Pool(1, 100, SOON, 3, Duration.ofMinutes(1), Duration.ofMinutes(5), 1_000_000))
                        .eventLoops(1)
                        .start()) {
            MailLoad load = new MailLoad(gateway.port(), 1);
            backup.awaitMessages(1, SOON);
            try (ScriptedUpstream back =
                    ScriptedUpstream.builder().port(gone.port()).start()) {
                back.awaitMessages(1, SOON);
                load.stop();
            }
            assertThat(load.deferred()).isEmpty();
        }
    }

    @Test
    void when_all_are_down_clients_are_told_at_once_and_when_one_is_back_a_probe_finds_out() {
        ScriptedUpstream first = ScriptedUpstream.start();
        ScriptedUpstream second = ScriptedUpstream.start();
        try (TestGateway gateway = TestGateway.inFrontOf(first.port(), second.port())
                        .health(HASTY)
                        .eventLoops(1)
                        .start();
                SmtpClient client = gateway.client()) {
            first.close();
            second.close();
            for (int i = 0; i < 3; i++) {
                client.send("MAIL FROM:<a@example.org>").expect(451, "4.4.1");
            }
            assertThat(live(gateway)).isZero();
            try (ScriptedUpstream back =
                    ScriptedUpstream.builder().port(second.port()).start()) {
                Awaitility.await().atMost(SOON).until(() -> live(gateway) == 1);
                assertThat(back.connection(1).commands()).containsExactly("EHLO gate.example.org", "QUIT");
                client.mail("a@example.org");
                assertThat(gateway.metric("smtpgate_upstream_endpoint_readmissions_total"))
                        .isEqualTo(1);
                assertThat(back.violations()).isEmpty();
            }
        }
    }

    @Test
    void endpoints_that_hang_make_nobody_wait_once_they_are_left_out() {
        Health patient = new Health(
                Duration.ZERO, Duration.ofSeconds(2), false, 1, Duration.ofMinutes(1), Duration.ofMinutes(1));
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .fault(Moment.at(Stage.GREETING).always(), Fault.HANG)
                        .start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .health(patient)
                        .upstreamTimeouts(timeouts(Duration.ofMillis(500)))
                        .eventLoops(2)
                        .start();
                SmtpClient one = gateway.client();
                SmtpClient other = gateway.client()) {
            one.send("MAIL FROM:<a@example.org>").expect(451, "4.4.1");
            for (SmtpClient client : List.of(one, other)) {
                long begun = System.nanoTime();
                client.send("MAIL FROM:<a@example.org>").expect(451, "4.4.1");
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(400));
            }
            assertThat(upstream.connections()).hasSize(1);
        }
    }

    @Test
    void who_waits_for_a_permit_is_told_when_the_last_endpoint_is_left_out() {
        Health patient = new Health(
                Duration.ZERO, Duration.ofSeconds(2), false, 1, Duration.ofMinutes(1), Duration.ofMinutes(1));
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .fault(Moment.at(Stage.GREETING).always(), Fault.HANG)
                        .start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .health(patient)
                        .pool(new UpstreamSettings.Pool(1, 10, SOON, 3, SOON, SOON, 1_000))
                        .upstreamTimeouts(timeouts(Duration.ofSeconds(1)))
                        .eventLoops(2)
                        .start();
                SmtpClient one = gateway.client();
                SmtpClient other = gateway.client()) {
            one.send("MAIL FROM:<a@example.org>");
            upstream.awaitConnections(1, SOON);
            other.send("MAIL FROM:<a@example.org>");
            long begun = System.nanoTime();
            one.expect(451, "4.4.1");
            other.expect(451, "4.4.1");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void a_login_that_is_refused_is_no_failure_of_the_endpoint() {
        SaslAccounts accounts = new SaslAccounts("PLAIN").password("gateway", "another");
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .transport(Transport.STARTTLS)
                        .accounts(accounts)
                        .start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .upstreamTls(TlsMode.STARTTLS)
                        .identity(new UpstreamIdentity.Service(
                                UpstreamIdentity.Method.STRONGEST, "gateway", new UpstreamIdentity.Proof.Password("x")))
                        .health(HASTY)
                        .eventLoops(1)
                        .start();
                SmtpClient client = gateway.client()) {
            for (int i = 0; i < 5; i++) {
                client.send("MAIL FROM:<a@example.org>").expect(451, "4.7.0");
            }
            assertThat(gateway.metric("smtpgate_upstream_endpoint_ejections_total"))
                    .isZero();
            accounts.password("gateway", "x");
            client.mail("a@example.org");
        }
    }

    @Test
    void the_backup_serves_while_the_others_are_down_and_no_longer() {
        ScriptedUpstream main = ScriptedUpstream.start();
        try (ScriptedUpstream backup = ScriptedUpstream.start();
                TestGateway gateway = TestGateway.inFrontOf()
                        .endpoints(List.of(
                                new Endpoint("127.0.0.1", main.port()),
                                new Endpoint(Endpoint.Kind.HOST, "127.0.0.1", backup.port(), 5, 1)))
                        .health(HASTY)
                        .eventLoops(1)
                        .start();
                SmtpClient client = gateway.client()) {
            send(client, "m1");
            assertThat(main.messages()).hasSize(1);
            main.close();
            for (int i = 2; i < 6; i++) {
                send(client, "m" + i);
            }
            assertThat(backup.messages()).hasSize(4);
            try (ScriptedUpstream back =
                    ScriptedUpstream.builder().port(main.port()).start()) {
                Awaitility.await().atMost(SOON).until(() -> live(gateway) == 2);
                backup.awaitOpenConnections(0, SOON);
                send(client, "m6");
                assertThat(back.messages()).hasSize(1);
                assertThat(backup.messages()).hasSize(4);
            }
            assertThat(backup.connections()).allMatch(connection -> connection.quit());
        }
    }

    @Test
    void live_endpoints_are_probed_at_intervals_and_one_that_fails_is_left_out_before_a_client_meets_it() {
        Health watchful = new Health(
                Duration.ofMillis(300), Duration.ofSeconds(2), true, 2, Duration.ofMillis(200), Duration.ofSeconds(1));
        ScriptedUpstream upstream = ScriptedUpstream.start();
        try (TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                .health(watchful)
                .eventLoops(3)
                .start()) {
            List<UpstreamConnection> probes = upstream.awaitConnections(3, SOON);
            assertThat(probes.get(0).awaitEnd(SOON)).isEqualTo(PeerEnd.CLEAN);
            assertThat(probes.get(0).commands()).containsExactly("EHLO gate.example.org", "QUIT");
            upstream.close();
            Awaitility.await().atMost(SOON).until(() -> live(gateway) == 0);
            assertThat(gateway.metric("smtpgate_upstream_probe_seconds_count{outcome=\"failed\""))
                    .isGreaterThanOrEqualTo(2);
            assertThat(gateway.metric("smtpgate_upstream_connections{")).isZero();
        }
    }

    private static UpstreamSettings.Timeouts timeouts(Duration greeting) {
        return new UpstreamSettings.Timeouts(SOON, greeting, SOON, SOON, SOON, SOON);
    }

    private static double live(TestGateway gateway) {
        return gateway.metric("smtpgate_upstream_endpoint_addresses{", "state=\"live\"");
    }

    private static void send(SmtpClient client, String id) {
        client.transaction("a@example.org", "b@example.org", "X-Test-Id: " + id + "\r\n\r\nHello\r\n")
                .expect(250);
    }
}
