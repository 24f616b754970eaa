package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.proxy.LoginScene.auths;
import static org.smtpgate.proxy.LoginScene.failedLogin;
import static org.smtpgate.proxy.LoginScene.inFrontOf;
import static org.smtpgate.proxy.LoginScene.mailIsDeferred;
import static org.smtpgate.proxy.LoginScene.open;
import static org.smtpgate.proxy.LoginScene.secured;
import static org.smtpgate.proxy.LoginScene.sendTwoMessages;
import static org.smtpgate.proxy.LoginScene.timeouts;

import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamIdentity;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Method;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Proof;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.PeerEnd;
import org.smtpgate.testkit.SaslAccounts;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;
import org.smtpgate.testkit.TestCertificates;

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
        try (ScriptedUpstream upstream = open(accounts);
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .identity(service(SECRET, Method.STRONGEST))
                        .start()) {
            mailIsDeferred(gateway, "4.4.1");
            assertThat(auths(upstream, 1)).isEmpty();
        }
        try (ScriptedUpstream upstream = open(accounts);
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .identity(service(SECRET, new Method(null, true)))
                        .start()) {
            sendTwoMessages(gateway);
        }
    }

    @Test
    void without_tls_the_mechanism_that_shows_the_secret_is_passed_over_for_one_that_does_not() {
        SaslAccounts accounts = new SaslAccounts("PLAIN", "SCRAM-SHA-256").password("gateway", SECRET);
        try (ScriptedUpstream upstream = open(accounts);
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .identity(service(SECRET, Method.STRONGEST))
                        .start()) {
            sendTwoMessages(gateway);
            assertThat(auths(upstream, 1)).singleElement().asString().startsWith("AUTH SCRAM-SHA-256 ");
        }
    }

    // Refusals

    @Test
    void a_wrong_password_defers_with_a_sentence_of_its_own_and_the_session_stays() {
        SaslAccounts accounts = new SaslAccounts("PLAIN").password("gateway", "another");
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, service(SECRET, Method.STRONGEST));
                SmtpClient client = gateway.client()) {
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
                ScriptedUpstream sound = open(accounts);
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
        failedLogin(service(SECRET, new Method("LOGIN", true)), "LOGIN", connection -> {
            connection.expect("AUTH LOGIN").send("334 VXNlcm5hbWU6");
            connection.expect(Base64.getEncoder().encodeToString("gateway".getBytes()));
            connection.send("421 4.3.2 later").expectEnd(PeerEnd.CLEAN);
        });
    }

    @Test
    void an_upstream_that_does_not_prove_that_it_knows_the_password_is_not_used() {
        failedLogin(service(SECRET, new Method("SCRAM-SHA-256", false)), "SCRAM-SHA-256", connection -> {
            assertThat(connection.readLine()).startsWith("AUTH SCRAM-SHA-256 ");
            connection.send("235 2.7.0 come in").expectEnd(PeerEnd.CLEAN);
        });
    }

    private static UpstreamIdentity service(String password, Method method) {
        return new UpstreamIdentity.Service(method, "gateway", new Proof.Password(password));
    }

    private static double logins(TestGateway gateway, String outcome) {
        return gateway.metric("smtpgate_upstream_logins_total{outcome=\"" + outcome + "\"");
    }

    private static String authOf(SaslAccounts accounts, UpstreamIdentity identity) {
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, identity)) {
            sendTwoMessages(gateway);
            return auths(upstream, 1).get(0);
        }
    }
}
