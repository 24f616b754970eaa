package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint.Kind;
import org.smtpgate.testkit.DnsServer;
import org.smtpgate.testkit.DnsServer.Mood;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.Transport;

/** Mail goes where names lead to now, and to where they led last while nobody can tell. */
class NamedEndpointsTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final DnsServer dns = new DnsServer();
    private Duration dnsTimeout = Duration.ofSeconds(1);

    @AfterEach
    void end() {
        dns.close();
    }

    @Test
    void mailMovesWhenANameLeadsElsewhereAndTheOldConnectionsEndInOrder() {
        try (ScriptedUpstream before = ScriptedUpstream.start();
                ScriptedUpstream after = ScriptedUpstream.builder()
                        .address("127.0.0.2")
                        .port(before.port())
                        .start()) {
            dns.zone().addresses("relay.example.net", 1, "127.0.0.1");
            try (TestGateway gateway = gateway(new Endpoint("relay.example.net", before.port()));
                    SmtpClient busy = gateway.client();
                    SmtpClient client = gateway.client()) {
                send(client);
                busy.mail("busy@example.org");
                dns.zone().addresses("relay.example.net", 1, "127.0.0.2");
                Awaitility.await().atMost(SOON).untilAsserted(() -> {
                    send(client);
                    assertThat(after.messages()).isNotEmpty();
                });
                before.awaitOpenConnections(1, SOON);
                busy.rcpt("b@example.org").data().message("Hello\r\n").expect(250);
                before.awaitOpenConnections(0, SOON);
                assertThat(before.connections()).allMatch(connection -> connection.quit());
                assertThat(before.messages())
                        .extracting(message -> message.sender())
                        .contains("busy@example.org");
            }
        }
    }

    @Test
    void allAddressesOfANameAreEndpointsOfEitherKind() {
        try (ScriptedUpstream first = ScriptedUpstream.start();
                ScriptedUpstream second = ScriptedUpstream.builder()
                        .address("::1")
                        .port(first.port())
                        .start()) {
            dns.zone().addresses("relay.example.net", 60, "127.0.0.1", "::1");
            try (TestGateway gateway = gateway(new Endpoint("relay.example.net", first.port()));
                    SmtpClient one = gateway.client();
                    SmtpClient other = gateway.client()) {
                one.mail("a@example.org");
                other.mail("b@example.org");
                assertThat(first.connections()).hasSize(1);
                assertThat(second.connections()).hasSize(1);
                assertThat(gateway.metric("smtpgate_upstream_endpoint_addresses{endpoint=\"relay.example.net:"
                                + first.port() + "\",state=\"live\""))
                        .isEqualTo(2);
            }
        }
    }

    @Test
    void theLastGoodAddressesStayWhileNobodyCanTell() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            dns.zone().addresses("relay.example.net", 1, "127.0.0.1");
            try (TestGateway gateway = gateway(new Endpoint("relay.example.net", upstream.port()));
                    SmtpClient client = gateway.client()) {
                send(client);
                for (Mood mood : List.of(Mood.SILENT, Mood.SERVER_FAILURE)) {
                    double failed = failedLookups(gateway);
                    dns.mood(mood);
                    Awaitility.await().atMost(SOON).until(() -> failedLookups(gateway) > failed);
                    upstream.closeIdle(org.smtpgate.testkit.Fault.EOF);
                    upstream.awaitOpenConnections(0, SOON);
                    send(client);
                }
                dns.mood(Mood.WELL).zone().remove("relay.example.net");
                double failed = failedLookups(gateway);
                Awaitility.await().atMost(SOON).until(() -> failedLookups(gateway) > failed);
                send(client);
            }
        }
    }

    @Test
    void aNameThatLeadsNowhereIsToldAsSuchAndAtOnce() {
        try (TestGateway gateway = gateway(new Endpoint("nowhere.example.net", 25));
                SmtpClient client = gateway.client()) {
            client.send("MAIL FROM:<a@example.org>").expect(451, "4.4.3");
            long begun = System.nanoTime();
            client.send("MAIL FROM:<a@example.org>").expect(451, "4.4.3");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
            client.quit();
        }
    }

    @Test
    void aClientThatComesBeforeTheFirstAnswerWaitsForIt() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            dnsTimeout = Duration.ofSeconds(5);
            dns.mood(Mood.SILENT).zone().addresses("relay.example.net", 60, "127.0.0.1");
            try (TestGateway gateway = gateway(new Endpoint("relay.example.net", upstream.port()));
                    SmtpClient client = gateway.client()) {
                client.send("MAIL FROM:<a@example.org>");
                Awaitility.await().atMost(SOON).until(() -> !dns.questions().isEmpty());
                dns.mood(Mood.WELL);
                client.expect(250);
            }
        }
    }

    @Test
    void servicesHavePrioritiesAndTheirOwnPorts() {
        ScriptedUpstream first = ScriptedUpstream.start();
        try (ScriptedUpstream second = ScriptedUpstream.start()) {
            dns.zone()
                    .service("_smtp._tcp.example.net", 60, 10, 1, first.port(), "a.example.net")
                    .service("_smtp._tcp.example.net", 60, 20, 1, second.port(), "b.example.net")
                    .addresses("a.example.net", 60, "127.0.0.1")
                    .addresses("b.example.net", 60, "127.0.0.1");
            try (TestGateway gateway = gateway(new Endpoint(Kind.SRV, "_smtp._tcp.example.net", 0, 1, 0));
                    SmtpClient client = gateway.client()) {
                send(client);
                send(client);
                assertThat(first.messages()).hasSize(2);
                first.close();
                Awaitility.await().atMost(SOON).untilAsserted(() -> {
                    send(client);
                    assertThat(second.messages()).isNotEmpty();
                });
            }
        }
    }

    @Test
    void aDomainThatTakesNoMailHasNoEndpoint() {
        dns.zone().exchanger("silent.example", 60, 0, ".");
        try (TestGateway gateway = gateway(new Endpoint(Kind.MX, "silent.example", 25, 1, 0));
                SmtpClient client = gateway.client()) {
            client.send("MAIL FROM:<a@example.org>").expect(451, "4.4.3");
        }
    }

    @Test
    void theCertificateMustBeForTheExchangerAndNotForItsAddress() {
        try (ScriptedUpstream named = ScriptedUpstream.builder()
                        .transport(Transport.IMPLICIT_TLS)
                        .identity(TestCertificates.wrongHost())
                        .start();
                ScriptedUpstream addressed = ScriptedUpstream.builder()
                        .transport(Transport.IMPLICIT_TLS)
                        .identity(TestCertificates.server())
                        .start()) {
            dns.zone().exchanger("example.net", 60, 10, "elsewhere.test").addresses("elsewhere.test", 60, "127.0.0.1");
            try (TestGateway gateway = secured(TlsMode.IMPLICIT, named.port());
                    SmtpClient client = gateway.client()) {
                send(client);
            }
            try (TestGateway gateway = secured(TlsMode.IMPLICIT, addressed.port());
                    SmtpClient client = gateway.client()) {
                client.send("MAIL FROM:<a@example.org>").expect(451, "4.4.1");
            }
        }
    }

    @Test
    void theCertificateMustBeForTheExchangerAfterStartTlsToo() {
        try (ScriptedUpstream named = ScriptedUpstream.builder()
                        .transport(Transport.STARTTLS)
                        .identity(TestCertificates.wrongHost())
                        .start();
                ScriptedUpstream addressed = ScriptedUpstream.builder()
                        .transport(Transport.STARTTLS)
                        .identity(TestCertificates.server())
                        .start()) {
            dns.zone().exchanger("example.net", 60, 10, "elsewhere.test").addresses("elsewhere.test", 60, "127.0.0.1");
            try (TestGateway gateway = secured(TlsMode.STARTTLS, named.port());
                    SmtpClient client = gateway.client()) {
                send(client);
            }
            try (TestGateway gateway = secured(TlsMode.STARTTLS, addressed.port());
                    SmtpClient client = gateway.client()) {
                client.send("MAIL FROM:<a@example.org>").expect(451, "4.4.1");
            }
        }
    }

    @Test
    void a_stop_does_not_wait_for_a_name_that_nobody_has_told_yet() throws Exception {
        dns.mood(DnsServer.Mood.SILENT).zone().addresses("relay.example.net", 60, "127.0.0.1");
        TestGateway gateway = TestGateway.inFrontOf()
                .endpoints(List.of(new Endpoint("relay.example.net", 25)))
                .nameServer(dns.port(), SOON)
                .start();
        try (SmtpClient client = gateway.client()) {
            client.send("MAIL FROM:<a@example.org>");
            Awaitility.await().atMost(SOON).until(() -> !dns.questions().isEmpty());
            gateway.stop();
            gateway.awaitStop();
        }
    }

    private TestGateway secured(TlsMode mode, int port) {
        return TestGateway.inFrontOf()
                .endpoints(List.of(new Endpoint(Kind.MX, "example.net", port, 1, 0)))
                .upstreamTls(mode)
                .nameServer(dns.port(), dnsTimeout)
                .eventLoops(1)
                .start();
    }

    private TestGateway gateway(Endpoint endpoint) {
        return TestGateway.inFrontOf()
                .endpoints(List.of(endpoint))
                .nameServer(dns.port(), dnsTimeout)
                .eventLoops(2)
                .start();
    }

    private static double failedLookups(TestGateway gateway) {
        return gateway.metric("smtpgate_upstream_endpoint_lookups_total{", "outcome=\"failed\"");
    }

    private static void send(SmtpClient client) {
        client.transaction("a@example.org", "b@example.org", "Hello\r\n").expect(250);
    }
}
