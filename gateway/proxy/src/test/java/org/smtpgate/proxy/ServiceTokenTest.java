package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.proxy.LoginScene.auths;
import static org.smtpgate.proxy.LoginScene.mailIsDeferred;
import static org.smtpgate.proxy.LoginScene.secured;
import static org.smtpgate.proxy.LoginScene.sendTwoMessages;
import static org.smtpgate.proxy.LoginScene.timeouts;

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
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.AccessTokens;
import org.smtpgate.proxy.upstream.UpstreamIdentity;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Method;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Proof;
import org.smtpgate.testkit.SaslAccounts;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.StepConnection;
import org.smtpgate.testkit.StepUpstream;

/** The gateway logs in at its upstream as itself, by access tokens that someone else gives it. */
class ServiceTokenTest {
    private static final String SOURCE = "office";
    private static final Duration SHORT = Duration.ofMillis(600);

    @ParameterizedTest
    @ValueSource(strings = {"XOAUTH2", "OAUTHBEARER"})
    void a_token_is_carried_by_the_mechanism_that_the_upstream_offers_however_long_it_is(String mechanism) {
        String token = "t".repeat(2_000);
        SaslAccounts accounts = new SaslAccounts("PLAIN", mechanism).token("box@example.org", token);
        Tokens tokens = new Tokens(token);
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, tokens)) {
            sendTwoMessages(gateway);
            assertThat(upstream.messages())
                    .extracting(message -> message.client().login())
                    .containsOnly("box@example.org");
            assertThat(tokens.refused).isEmpty();
        }
    }

    @Test
    void a_refused_token_is_renewed_once_on_the_same_connection() {
        SaslAccounts accounts = new SaslAccounts("XOAUTH2").token("box@example.org", "fresh");
        Tokens tokens = new Tokens("stale", "fresh");
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, tokens)) {
            sendTwoMessages(gateway);
            assertThat(upstream.connections()).hasSize(1);
            assertThat(tokens.refused).containsExactly("box@example.org stale");
        }
    }

    @Test
    void a_refused_token_is_renewed_on_a_new_connection_where_the_server_closes_the_first() {
        Tokens tokens = new Tokens("stale", "fresh");
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .identity(service(new Method("OAUTHBEARER", true)))
                        .tokens(SOURCE, tokens)
                        .start();
                SmtpClient client = gateway.client()) {
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
                TestGateway gateway = inFrontOf(upstream, tokens)) {
            mailIsDeferred(gateway, "4.7.0");
            assertThat(auths(upstream, 1)).hasSize(2);
            assertThat(tokens.refused).containsExactly("box@example.org stale", "box@example.org staler");
        }
    }

    @Test
    void the_same_token_is_not_tried_again() {
        Tokens tokens = new Tokens("stale", "stale");
        SaslAccounts accounts = new SaslAccounts("XOAUTH2").token("box@example.org", "fresh");
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, tokens)) {
            mailIsDeferred(gateway, "4.7.0");
            assertThat(auths(upstream, 1)).hasSize(1);
        }
    }

    @Test
    void without_a_token_nobody_is_blamed_and_the_next_mail_tries_again() {
        Tokens tokens = new Tokens();
        SaslAccounts accounts = new SaslAccounts("XOAUTH2").token("box@example.org", "fresh");
        try (ScriptedUpstream upstream = secured(accounts);
                TestGateway gateway = inFrontOf(upstream, tokens)) {
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
                        .identity(service(Method.STRONGEST))
                        .tokens(SOURCE, never)
                        .start()) {
            mailIsDeferred(gateway, "4.4.1");
            upstream.awaitOpenConnections(0, Duration.ofSeconds(10));
        }
    }

    private static TestGateway inFrontOf(ScriptedUpstream upstream, AccessTokens tokens) {
        return TestGateway.inFrontOf(upstream.port())
                .upstreamTls(TlsMode.STARTTLS)
                .identity(service(Method.STRONGEST))
                .tokens(SOURCE, tokens)
                .start();
    }

    private static UpstreamIdentity service(Method method) {
        return new UpstreamIdentity.Service(method, "box@example.org", new Proof.Tokens(SOURCE));
    }

    /** Gives these one after the other, and fails when there are none. */
    private static final class Tokens implements AccessTokens {
        private final Deque<String> next = new ArrayDeque<>();
        private final List<String> refused = new CopyOnWriteArrayList<>();

        Tokens(String... tokens) {
            next.addAll(List.of(tokens));
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
}
