package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.AccessTokens;
import org.smtpgate.proxy.upstream.UpstreamIdentity;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Method;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Proof;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.PeerEnd;
import org.smtpgate.testkit.SaslAccounts;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;
import org.smtpgate.testkit.StepConnection;
import org.smtpgate.testkit.StepUpstream;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.Transport;

/** The gateway logs in at its upstream, as itself, before any transaction. */
class ServiceLoginTest {
    private static final String SECRET = "open sesame";
    private static final Duration SHORT = Duration.ofMillis(600);

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"})
    void a_password_is_carried_by_the_mechanism_that_the_upstream_offers(String mechanism) {
        SaslAccounts accounts = new SaslAccounts("GSSAPI", mechanism).password("gateway", SECRET);
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, service(SECRET, Method.STRONGEST))) {
            sendTwoMessages(gateway);
            assertThat(upstream.messages())
                    .hasSize(2)
                    .allMatch(message -> "gateway".equals(message.client().login()));
            assertThat(upstream.connections()).hasSize(1);
            assertThat(upstream.violations()).isEmpty();
            assertThat(logins(gateway, "accepted")).isEqualTo(1);
        }
    }

    @Test
    void the_strongest_is_taken_or_the_one_that_is_named() {
        SaslAccounts accounts =
                new SaslAccounts("LOGIN", "PLAIN", "CRAM-MD5", "SCRAM-SHA-256").password("gateway", SECRET);
        assertThat(authOf(accounts, service(SECRET, Method.STRONGEST))).startsWith("AUTH SCRAM-SHA-256 ");
        assertThat(authOf(accounts, service(SECRET, new Method("PLAIN", false))))
                .startsWith("AUTH PLAIN ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"XOAUTH2", "OAUTHBEARER"})
    void a_token_is_carried_likewise_however_long_it_is(String mechanism) {
        String token = "t".repeat(2_000);
        SaslAccounts accounts = new SaslAccounts("PLAIN", mechanism).token("box@example.org", token);
        Tokens tokens = new Tokens(token);
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, tokens.identity())) {
            sendTwoMessages(gateway);
            assertThat(upstream.messages())
                    .extracting(message -> message.client().login())
                    .containsOnly("box@example.org");
            assertThat(tokens.refused).isEmpty();
        }
    }

    @Test
    void the_certificate_shown_in_tls_is_a_login_too() {
        try (ScriptedUpstream upstream = secured(new SaslAccounts("PLAIN", "EXTERNAL"));
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .upstreamTls(TlsMode.STARTTLS)
                        .certificate(TestCertificates.client("gate.example.org"))
                        .identity(new UpstreamIdentity.Service(Method.STRONGEST, "", new Proof.Certificate()))
                        .start()) {
            sendTwoMessages(gateway);
            assertThat(upstream.messages())
                    .extracting(message -> message.client().login())
                    .containsOnly("gate.example.org");
        }
    }

    // Secrets and encryption

    @ParameterizedTest
    @CsvSource({"PLAIN", "LOGIN"})
    void no_secret_is_shown_on_an_unencrypted_connection_unless_that_is_allowed(String mechanism) {
        SaslAccounts accounts = new SaslAccounts(mechanism).password("gateway", SECRET);
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().accounts(accounts).start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .identity(service(SECRET, Method.STRONGEST))
                        .start()) {
            mailIsDeferred(gateway, "4.4.1");
            assertThat(upstream.connection(1).commands()).noneMatch(line -> line.startsWith("AUTH"));
        }
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().accounts(accounts).start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .identity(service(SECRET, new Method(null, true)))
                        .start()) {
            sendTwoMessages(gateway);
        }
    }

    @Test
    void a_mechanism_that_shows_no_secret_needs_no_tls() {
        SaslAccounts accounts = new SaslAccounts("PLAIN", "SCRAM-SHA-256").password("gateway", SECRET);
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().accounts(accounts).start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .identity(service(SECRET, Method.STRONGEST))
                        .start()) {
            sendTwoMessages(gateway);
        }
    }

    // Refusals

    @Test
    void a_wrong_password_defers_with_a_sentence_of_its_own_and_the_session_stays() {
        SaslAccounts accounts = new SaslAccounts("PLAIN").password("gateway", "another");
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, service(SECRET, Method.STRONGEST));
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            assertThat(client.send("MAIL FROM:<a@example.org>")
                            .expect(451, "4.7.0")
                            .text())
                    .contains("The upstream refused the login")
                    .doesNotContain("wrong credentials");
            assertThat(logins(gateway, "rejected")).isEqualTo(1);
            accounts.password("gateway", SECRET);
            client.transaction("a@example.org", "b@example.org", "Hello").expect(250);
            client.quit();
        }
    }

    @Test
    void another_endpoint_may_take_the_login_that_one_refuses() {
        try (ScriptedUpstream wrong = secured(new SaslAccounts("PLAIN").password("gateway", "another"));
                ScriptedUpstream right = secured(new SaslAccounts("PLAIN").password("gateway", SECRET));
                TestGateway gateway = TestGateway.inFrontOf(wrong.port(), right.port())
                        .upstreamTls(TlsMode.STARTTLS)
                        .identity(service(SECRET, Method.STRONGEST))
                        .start()) {
            sendTwoMessages(gateway);
            assertThat(right.messages()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PIPELINING", "AUTH GSSAPI", "AUTH"})
    void an_upstream_with_no_mechanism_that_will_do_is_unreachable(String keyword) {
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().extensions(keyword).start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .identity(service(SECRET, new Method(null, true)))
                        .start()) {
            mailIsDeferred(gateway, "4.4.1");
            assertThat(logins(gateway, "unavailable")).isEqualTo(1);
        }
    }

    // Faults

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"EOF", "RST", "REPLY_421", "REPLY_221", "HANG"})
    void an_upstream_that_goes_away_in_auth_is_one_that_cannot_be_reached(Fault fault) {
        SaslAccounts accounts = new SaslAccounts("SCRAM-SHA-256").password("gateway", SECRET);
        try (ScriptedUpstream broken = ScriptedUpstream.builder()
                        .accounts(accounts)
                        .fault(Moment.at(Stage.AUTH).always(), fault)
                        .start();
                ScriptedUpstream sound =
                        ScriptedUpstream.builder().accounts(accounts).start();
                TestGateway gateway = TestGateway.inFrontOf(broken.port(), sound.port())
                        .upstreamTimeouts(timeouts(fault == Fault.HANG ? SHORT : Duration.ofSeconds(20)))
                        .identity(service(SECRET, Method.STRONGEST))
                        .start()) {
            sendTwoMessages(gateway);
            assertThat(sound.messages()).hasSize(2);
            assertThat(broken.received()).isEmpty();
        }
    }

    @Test
    void a_421_between_two_challenges_ends_the_attempt_and_nothing_is_said_after_it() {
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .identity(service(SECRET, new Method("LOGIN", true)))
                        .start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.send("MAIL FROM:<a@example.org>");
            try (StepConnection connection = upstream.accept().hello("AUTH LOGIN")) {
                connection.expect("AUTH LOGIN").send("334 VXNlcm5hbWU6");
                connection.expect(Base64.getEncoder().encodeToString("gateway".getBytes()));
                connection.send("421 4.3.2 later").expectEnd(PeerEnd.CLEAN);
            }
            client.expect(451, "4.4.1");
            client.quit();
        }
    }

    @Test
    void an_upstream_that_does_not_prove_that_it_knows_the_password_is_not_used() {
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .identity(service(SECRET, new Method("SCRAM-SHA-256", false)))
                        .start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.send("MAIL FROM:<a@example.org>");
            try (StepConnection connection = upstream.accept().hello("AUTH SCRAM-SHA-256")) {
                assertThat(connection.readLine()).startsWith("AUTH SCRAM-SHA-256 ");
                connection.send("235 2.7.0 come in").expectEnd(PeerEnd.CLEAN);
            }
            client.expect(451, "4.4.1");
        }
    }

    // Tokens

    @Test
    void a_refused_token_is_renewed_once_on_the_same_connection() {
        SaslAccounts accounts = new SaslAccounts("XOAUTH2").token("box@example.org", "fresh");
        Tokens tokens = new Tokens("stale", "fresh");
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, tokens.identity())) {
            sendTwoMessages(gateway);
            assertThat(upstream.connections()).hasSize(1);
            assertThat(tokens.refused).containsExactly("box@example.org stale");
        }
    }

    @Test
    void or_on_a_new_one_where_the_server_closes_that_one() {
        Tokens tokens = new Tokens("stale", "fresh");
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .identity(new UpstreamIdentity.Service(
                                new Method("OAUTHBEARER", true), "box@example.org", new Proof.Tokens(tokens)))
                        .start();
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.send("MAIL FROM:<a@example.org>");
            try (StepConnection first = upstream.accept().hello("AUTH OAUTHBEARER")) {
                assertThat(first.readLine()).startsWith("AUTH OAUTHBEARER ");
                first.send("535 5.7.3 no").finish();
                try (StepConnection second = upstream.accept().hello("AUTH OAUTHBEARER")) {
                    String response = second.readLine().split(" ")[2];
                    assertThat(new String(Base64.getDecoder().decode(response))).contains("auth=Bearer fresh");
                    second.send("235 2.7.0 ok").expect("MAIL FROM:<a@example.org>");
                    second.send("250 2.1.0 ok");
                    client.expect(250);
                }
            }
        }
    }

    @Test
    void two_refused_tokens_are_enough() {
        Tokens tokens = new Tokens("stale", "staler", "fresh");
        SaslAccounts accounts = new SaslAccounts("XOAUTH2").token("box@example.org", "fresh");
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, tokens.identity())) {
            mailIsDeferred(gateway, "4.7.0");
            assertThat(upstream.connection(1).commands())
                    .filteredOn(line -> line.startsWith("AUTH"))
                    .hasSize(2);
            assertThat(tokens.refused).containsExactly("box@example.org stale", "box@example.org staler");
        }
    }

    @Test
    void the_same_token_is_not_tried_again() {
        Tokens tokens = new Tokens("stale", "stale");
        SaslAccounts accounts = new SaslAccounts("XOAUTH2").token("box@example.org", "fresh");
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, tokens.identity())) {
            mailIsDeferred(gateway, "4.7.0");
            assertThat(upstream.connection(1).commands())
                    .filteredOn(line -> line.startsWith("AUTH"))
                    .hasSize(1);
        }
    }

    @Test
    void without_a_token_nobody_is_blamed_and_the_next_mail_tries_again() {
        Tokens tokens = new Tokens();
        SaslAccounts accounts = new SaslAccounts("XOAUTH2").token("box@example.org", "fresh");
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, tokens.identity())) {
            mailIsDeferred(gateway, "4.7.0");
            tokens.next.add("fresh");
            sendTwoMessages(gateway);
            assertThat(upstream.connections()).hasSize(2);
        }
    }

    @Test
    void a_token_that_never_comes_is_waited_for_no_longer_than_the_handshake_may_take() {
        AccessTokens never = new AccessTokens() {
            @Override
            public Future<String> token(String login) {
                return Promise.<String>promise().future();
            }

            @Override
            public void refused(String login, String token) {
                throw new AssertionError("there was none");
            }
        };
        try (ScriptedUpstream upstream = secured(new SaslAccounts("XOAUTH2"));
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .upstreamTls(TlsMode.STARTTLS)
                        .upstreamTimeouts(timeouts(SHORT))
                        .identity(new UpstreamIdentity.Service(
                                Method.STRONGEST, "box@example.org", new Proof.Tokens(never)))
                        .start()) {
            mailIsDeferred(gateway, "4.4.1");
            upstream.awaitOpenConnections(0, Duration.ofSeconds(10));
        }
    }

    /** Gives these one after the other, and fails when there are none. */
    private static final class Tokens implements AccessTokens {
        private final Deque<String> next = new ArrayDeque<>();
        private final List<String> refused = new CopyOnWriteArrayList<>();

        Tokens(String... tokens) {
            next.addAll(List.of(tokens));
        }

        UpstreamIdentity identity() {
            return new UpstreamIdentity.Service(Method.STRONGEST, "box@example.org", new Proof.Tokens(this));
        }

        @Override
        public Future<String> token(String login) {
            String token = next.size() > 1 ? next.poll() : next.peek();
            return token == null ? Future.failedFuture("the token server is down") : Future.succeededFuture(token);
        }

        @Override
        public void refused(String login, String token) {
            refused.add(login + " " + token);
        }
    }

    private static UpstreamIdentity service(String password, Method method) {
        return new UpstreamIdentity.Service(method, "gateway", new Proof.Password(password));
    }

    private static ScriptedUpstream secured(SaslAccounts accounts) {
        return ScriptedUpstream.builder()
                .transport(Transport.STARTTLS)
                .accounts(accounts)
                .start();
    }

    private static TestGateway inFrontOf(ScriptedUpstream upstream, UpstreamIdentity identity) {
        return TestGateway.inFrontOf(upstream.port())
                .upstreamTls(TlsMode.STARTTLS)
                .identity(identity)
                .start();
    }

    private static UpstreamSettings.Timeouts timeouts(Duration each) {
        return new UpstreamSettings.Timeouts(each, each, each, each, each, each);
    }

    private static double logins(TestGateway gateway, String outcome) {
        return gateway.metric("smtpgate_upstream_logins_total{outcome=\"" + outcome + "\"");
    }

    private static void sendTwoMessages(TestGateway gateway) {
        try (SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.transaction("a@example.org", "b@example.org", "Hello").expect(250);
            client.transaction("a@example.org", "b@example.org", "Hello again").expect(250);
            client.quit();
        }
    }

    private static void mailIsDeferred(TestGateway gateway, String status) {
        try (SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.send("MAIL FROM:<a@example.org>").expect(451, status);
            client.quit();
        }
    }

    private static String authOf(SaslAccounts accounts, UpstreamIdentity identity) {
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, identity)) {
            sendTwoMessages(gateway);
            return upstream.connection(1).commands().stream()
                    .filter(line -> line.startsWith("AUTH"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
