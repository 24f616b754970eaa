package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamIdentity;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Method;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Proof;
import org.smtpgate.proxy.upstream.UpstreamSettings.Failover;
import org.smtpgate.proxy.upstream.UpstreamSettings.Health;
import org.smtpgate.proxy.upstream.UpstreamSettings.Introduction;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.proxy.upstream.UpstreamSettings.ProxyProtocol;
import org.smtpgate.smtp.sender.Introduction.Xclient;
import org.smtpgate.testkit.ClientSeen;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Message;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.SaslAccounts;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;
import org.smtpgate.testkit.StepConnection;
import org.smtpgate.testkit.StepUpstream;
import org.smtpgate.testkit.Transport;
import org.smtpgate.testkit.UpstreamBuilder;

/** Upstreams are told who the client is, in the way that each understands. */
class IntroductionTest {
    private static final String XCLIENT = "XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT";
    private static final String XFORWARD = "XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE";

    // XCLIENT

    @Test
    void xclient_says_all_that_the_upstream_can_know() {
        try (ScriptedUpstream upstream = offering(XCLIENT, "PIPELINING").start();
                TestGateway gateway = gateway(upstream, xclient(Xclient.REFUSE)).start();
                SmtpClient client = gateway.client()) {
            client.authPlain(TestGateway.USER, TestGateway.PASSWORD);
            send(client, "one");
            Map<String, String> told = onlyMessage(upstream).client().xclient();
            assertThat(told)
                    .containsEntry("ADDR", "127.0.0.1")
                    .containsEntry("PROTO", "ESMTP")
                    .containsEntry("HELO", "client.test")
                    .containsEntry("LOGIN", TestGateway.USER)
                    .containsEntry("DESTADDR", "127.0.0.1")
                    .containsEntry("DESTPORT", String.valueOf(gateway.port()))
                    .containsKey("PORT")
                    .doesNotContainKey("NAME");
        }
    }

    @Test
    void it_is_said_before_each_transaction_of_another_client_and_not_twice_for_the_same() {
        try (ScriptedUpstream upstream = offering(XCLIENT, "PIPELINING").start();
                TestGateway gateway =
                        gateway(upstream, xclient(Xclient.REFUSE)).eventLoops(1).start();
                SmtpClient alice = gateway.client();
                SmtpClient nobody = gateway.client()) {
            alice.authPlain(TestGateway.USER, TestGateway.PASSWORD);
            send(alice, "one");
            send(alice, "two");
            send(nobody, "three");
            send(alice, "four");
            assertThat(upstream.messages())
                    .extracting(message -> message.client().xclient().get("LOGIN"))
                    .containsExactly(TestGateway.USER, TestGateway.USER, null, TestGateway.USER);
            assertThat(upstream.connections()).hasSize(1);
            assertThat(upstream.connection(1).commands())
                    .filteredOn(line -> line.startsWith("XCLIENT"))
                    .hasSize(3);
            assertThat(upstream.violations()).isEmpty();
        }
    }

    @Test
    void what_is_pipelined_behind_mail_waits_for_it() {
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway =
                        gateway(upstream.port(), xclient(Xclient.REFUSE)).start();
                SmtpClient client = gateway.client()) {
            client.pipeline("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA");
            try (StepConnection connection = upstream.accept().hello("PIPELINING", "XCLIENT ADDR")) {
                connection.expect("XCLIENT ADDR=127.0.0.1").send("220 upstream.test ESMTP");
                connection.expect("EHLO gate.example.org").send("250-upstream.test\r\n250 PIPELINING");
                connection
                        .expect("MAIL FROM:<a@example.org>")
                        .expect("RCPT TO:<b@example.org>")
                        .expect("DATA");
                connection.send("250 ok\r\n250 ok\r\n354 go");
                client.expect(250);
                client.expect(250);
                client.expect(354);
            }
        }
    }

    @Test
    void with_a_login_of_the_gateway_it_logs_in_again_and_keeps_the_clients_login_to_itself() {
        SaslAccounts accounts = new SaslAccounts("SCRAM-SHA-256").password("gateway", "open sesame");
        try (ScriptedUpstream upstream =
                        offering(XCLIENT, "PIPELINING").accounts(accounts).start();
                TestGateway gateway = gateway(upstream, xclient(Xclient.REFUSE))
                        .identity(new UpstreamIdentity.Service(
                                Method.STRONGEST, "gateway", new Proof.Password("open sesame")))
                        .start();
                SmtpClient client = gateway.client()) {
            client.authPlain(TestGateway.USER, TestGateway.PASSWORD);
            send(client, "one");
            ClientSeen seen = onlyMessage(upstream).client();
            assertThat(seen.login()).isEqualTo("gateway");
            assertThat(seen.xclient()).containsEntry("ADDR", "127.0.0.1").doesNotContainKey("LOGIN");
            assertThat(upstream.violations()).isEmpty();
            assertThat(gateway.metric("smtpgate_upstream_logins_total{outcome=\"accepted\""))
                    .isEqualTo(2);
        }
    }

    @Test
    void an_upstream_that_refuses_it_is_not_used_and_the_client_reads_why() {
        try (ScriptedUpstream upstream = offering(XCLIENT)
                        .reply(Moment.at(Stage.XCLIENT).always(), "550 5.7.0 insufficient authorization")
                        .start();
                TestGateway gateway = gateway(upstream, xclient(Xclient.REFUSE)).start();
                SmtpClient client = gateway.client()) {
            client.pipeline("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA");
            assertThat(client.expect(451, "4.7.0").text()).contains("does not let itself be told who the client is");
            client.expect(503);
            client.expect(503);
            client.quit();
            assertThat(upstream.connection(1).commands()).noneMatch(line -> line.startsWith("MAIL"));
            assertThat(upstream.connections()).hasSize(1);
            assertThat(notIntroduced(gateway, "xclient", "refused")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, refused", "false, not_offered"})
    void or_is_used_without_it_if_that_is_allowed_and_counted(boolean offered, String reason) {
        UpstreamBuilder builder = (offered ? offering(XCLIENT) : offering("PIPELINING"))
                .reply(Moment.at(Stage.XCLIENT).always(), "501 5.5.4 no");
        try (ScriptedUpstream upstream = builder.start();
                TestGateway gateway = gateway(upstream, xclient(Xclient.IGNORE)).start();
                SmtpClient client = gateway.client()) {
            send(client, "one");
            send(client, "two");
            assertThat(upstream.messages()).hasSize(2);
            assertThat(upstream.connections()).hasSize(1);
            assertThat(notIntroduced(gateway, "xclient", reason)).isEqualTo(2);
        }
    }

    /** As where the right to XCLIENT goes with the address: each client gets a connection of its own, unseen. */
    @Test
    void a_connection_that_knows_another_client_and_takes_no_more_is_replaced_unseen() {
        try (ScriptedUpstream upstream = offering(XCLIENT, "PIPELINING")
                        .reply(Moment.at(Stage.XCLIENT).nth(2), "550 5.7.0 insufficient authorization")
                        .start();
                TestGateway gateway =
                        gateway(upstream, xclient(Xclient.IGNORE)).eventLoops(1).start();
                SmtpClient alice = gateway.client();
                SmtpClient nobody = gateway.client()) {
            alice.authPlain(TestGateway.USER, TestGateway.PASSWORD);
            send(alice, "one");
            send(nobody, "two");
            assertThat(upstream.messages())
                    .extracting(message -> message.client().xclient().get("LOGIN"))
                    .containsExactly(TestGateway.USER, null);
            assertThat(upstream.messages()).extracting(Message::connection).containsExactly(1, 2);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"EOF", "RST", "REPLY_421", "REPLY_221"})
    void an_upstream_that_goes_away_at_xclient_defers_and_the_session_stays(Fault fault) {
        try (ScriptedUpstream upstream =
                        offering(XCLIENT).fault(Moment.at(Stage.XCLIENT), fault).start();
                TestGateway gateway = gateway(upstream, xclient(Xclient.REFUSE))
                        .failover(Failover.MAIL)
                        .start();
                SmtpClient client = gateway.client()) {
            client.send("MAIL FROM:<a@example.org>").expect(451, "4.4.2");
            send(client, "one");
            client.quit();
        }
    }

    @Test
    void a_client_can_put_neither_an_attribute_nor_a_line_into_it() {
        try (ScriptedUpstream upstream = offering(XCLIENT, XFORWARD).start();
                TestGateway gateway = gateway(
                                upstream, new Introduction(Xclient.REFUSE, true, ProxyProtocol.OFF, false))
                        .start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.expect(220);
            String helo = "x LOGIN=root ADDR=192.0.2.66 +0D+0AQUIT";
            client.send("EHLO " + helo).expect(250);
            send(client, "one");
            ClientSeen seen = onlyMessage(upstream).client();
            assertThat(seen.xclient())
                    .containsEntry("HELO", helo)
                    .containsEntry("ADDR", "127.0.0.1")
                    .doesNotContainKey("LOGIN");
            assertThat(seen.xforward()).containsEntry("HELO", helo).containsEntry("ADDR", "127.0.0.1");
            assertThat(upstream.violations()).isEmpty();
        }
    }

    // XFORWARD

    @Test
    void xforward_is_said_before_each_mail_for_the_log() {
        try (ScriptedUpstream upstream = offering(XFORWARD, "PIPELINING").start();
                TestGateway gateway = gateway(upstream, xforward()).start();
                SmtpClient client = gateway.client()) {
            send(client, "one");
            send(client, "two");
            assertThat(upstream.messages())
                    .hasSize(2)
                    .allSatisfy(message -> assertThat(message.client().xforward())
                            .containsEntry("ADDR", "127.0.0.1")
                            .containsEntry("PROTO", "ESMTP")
                            .containsEntry("HELO", "client.test")
                            .containsEntry("SOURCE", "REMOTE")
                            .containsKeys("PORT", "IDENT"));
            assertThat(upstream.violations()).isEmpty();
        }
    }

    @Test
    void a_refused_xforward_is_counted_and_no_more() {
        try (ScriptedUpstream upstream = offering(XFORWARD, "PIPELINING")
                        .reply(Moment.at(Stage.XFORWARD).always(), "550 5.7.0 insufficient authorization")
                        .start();
                TestGateway gateway = gateway(upstream, xforward()).start();
                SmtpClient client = gateway.client()) {
            send(client, "one");
            assertThat(onlyMessage(upstream).client().xforward()).isEmpty();
            assertThat(notIntroduced(gateway, "xforward", "refused")).isEqualTo(1);
        }
    }

    // MAIL AUTH=

    @Test
    void mail_says_who_submitted_only_where_the_gateway_is_logged_in() {
        Introduction mailAuth = new Introduction(Xclient.OFF, false, ProxyProtocol.OFF, true);
        SaslAccounts accounts = new SaslAccounts("SCRAM-SHA-256").password("gateway", "open sesame");
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().accounts(accounts).start();
                TestGateway gateway = gateway(upstream, mailAuth)
                        .identity(new UpstreamIdentity.Service(
                                Method.STRONGEST, "gateway", new Proof.Password("open sesame")))
                        .start();
                SmtpClient client = gateway.client()) {
            send(client, "one");
            assertThat(onlyMessage(upstream).mail()).isEqualTo("MAIL FROM:<a@example.org> AUTH=<>");
        }
        try (ScriptedUpstream upstream = offering("AUTH PLAIN").start();
                TestGateway gateway = gateway(upstream, mailAuth).start();
                SmtpClient client = gateway.client()) {
            client.send("MAIL FROM:<a@example.org> AUTH=root").expect(250);
            client.rcpt("b@example.org")
                    .data()
                    .message("X-Test-Id: one\r\n\r\nHello\r\n")
                    .expect(250);
            assertThat(onlyMessage(upstream).mail()).isEqualTo("MAIL FROM:<a@example.org>");
        }
    }

    // PROXY

    @ParameterizedTest
    @EnumSource(
            value = ProxyProtocol.class,
            names = {"V1", "V2"})
    void a_proxy_header_names_the_client_before_all_else(ProxyProtocol version) {
        for (Transport transport : Transport.values()) {
            try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                            .transport(transport)
                            .proxied()
                            .start();
                    TestGateway gateway = gateway(upstream, proxied(version))
                            .pooling(Pooling.SESSION)
                            .upstreamTls(mode(transport))
                            .start();
                    SmtpClient first = gateway.client();
                    SmtpClient second = gateway.client()) {
                send(first, "one");
                send(second, "two");
                send(first, "three");
                assertThat(upstream.messages())
                        .hasSize(3)
                        .allSatisfy(message -> assertThat(upstream.connection(message.connection())
                                        .proxyHeader())
                                .matches("PROXY TCP4 127.0.0.1 127.0.0.1 [0-9]+ " + gateway.port()));
                List<String> headers = upstream.messages().stream()
                        .map(message ->
                                upstream.connection(message.connection()).proxyHeader())
                        .toList();
                assertThat(headers.get(0)).isEqualTo(headers.get(2)).isNotEqualTo(headers.get(1));
                assertThat(upstream.violations()).isEmpty();
            }
        }
    }

    @Test
    void version_2_says_that_the_client_is_connected_over_tls() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder().proxied().start();
                TestGateway gateway = gateway(upstream, proxied(ProxyProtocol.V2))
                        .pooling(Pooling.SESSION)
                        .clientTls(TlsMode.IMPLICIT)
                        .start();
                SmtpClient client = SmtpClient.connectTls(gateway.port())) {
            client.greet();
            send(client, "one");
            assertThat(upstream.connection(onlyMessage(upstream).connection()).proxyHeader())
                    .matches("PROXY TCP4 .* client=1 version=TLSv1.3 cipher=TLS_.*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"V1", "V2"})
    void a_probe_says_that_it_is_the_gateways_own(String version) {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder().proxied().start();
                TestGateway gateway = gateway(upstream, proxied(ProxyProtocol.valueOf(version)))
                        .pooling(Pooling.SESSION)
                        .health(Health.DEFAULTS)
                        .start()) {
            upstream.awaitStage(Stage.QUIT, 1, Duration.ofSeconds(10));
            assertThat(gateway.port()).isPositive();
            assertThat(upstream.connection(1).proxyHeader()).isIn("PROXY UNKNOWN", "LOCAL");
        }
    }

    private static TlsMode mode(Transport transport) {
        return switch (transport) {
            case PLAIN -> TlsMode.NONE;
            case STARTTLS -> TlsMode.STARTTLS;
            case IMPLICIT_TLS -> TlsMode.IMPLICIT;
        };
    }

    private static Introduction xclient(Xclient fallback) {
        return new Introduction(fallback, false, ProxyProtocol.OFF, false);
    }

    private static Introduction xforward() {
        return new Introduction(Xclient.OFF, true, ProxyProtocol.OFF, false);
    }

    private static Introduction proxied(ProxyProtocol version) {
        return new Introduction(Xclient.OFF, false, version, false);
    }

    private static UpstreamBuilder offering(String... keywords) {
        return ScriptedUpstream.builder().extensions(keywords);
    }

    private static TestGateway.Builder gateway(ScriptedUpstream upstream, Introduction introduction) {
        return gateway(upstream.port(), introduction);
    }

    private static TestGateway.Builder gateway(int port, Introduction introduction) {
        return TestGateway.inFrontOf(port).auth(false, true).introduction(introduction);
    }

    private static void send(SmtpClient client, String id) {
        client.transaction("a@example.org", "b@example.org", "X-Test-Id: " + id + "\r\n\r\nHello\r\n")
                .expect(250);
    }

    private static Message onlyMessage(ScriptedUpstream upstream) {
        assertThat(upstream.messages()).hasSize(1);
        return upstream.messages().get(0);
    }

    private static double notIntroduced(TestGateway gateway, String command, String reason) {
        return gateway.metric("smtpgate_upstream_not_introduced_total{command=\"" + command + "\",reason=\"" + reason);
    }
}
