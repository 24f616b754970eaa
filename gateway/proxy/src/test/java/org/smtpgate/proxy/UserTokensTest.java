package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.AccessTokens;
import org.smtpgate.proxy.upstream.UpstreamIdentity;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Method;
import org.smtpgate.testkit.SaslAccounts;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Transport;

/** A client logs in by a password, and the gateway as the same user by that user's access token. */
class UserTokensTest {
    private final SaslAccounts accounts =
            new SaslAccounts("XOAUTH2").token("anna", "token-of-anna").token("bert", "token-of-bert");

    @Test
    void each_message_goes_by_a_connection_of_its_senders_login() {
        try (ScriptedUpstream upstream = upstream();
                TestGateway gateway = inFrontOf(upstream, true)) {
            for (String login : new String[] {"anna", "bert", "anna", "bert"}) {
                send(gateway, login);
            }

            assertThat(upstream.messages())
                    .hasSize(4)
                    .allSatisfy(message -> assertThat(message.client().login() + "@example.org")
                            .isEqualTo(message.sender()));
            assertThat(upstream.connections()).as("one for each, used twice").hasSize(2);
        }
    }

    @Test
    void whoever_has_not_logged_in_gets_no_connection() {
        try (ScriptedUpstream upstream = upstream();
                TestGateway gateway = inFrontOf(upstream, false);
                SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.send("MAIL FROM:<a@example.org>").expect(530, "5.7.0");
            assertThat(upstream.connections()).isEmpty();

            client.authPlain("anna", "anna");
            client.transaction("anna@example.org", "b@example.org", "Hello").expect(250);
            client.quit();
        }
    }

    private ScriptedUpstream upstream() {
        return ScriptedUpstream.builder()
                .transport(Transport.STARTTLS)
                .accounts(accounts)
                .start();
    }

    private static TestGateway inFrontOf(ScriptedUpstream upstream, boolean loginRequired) {
        return TestGateway.inFrontOf(upstream.port())
                .upstreamTls(TlsMode.STARTTLS)
                .auth(loginRequired, true)
                .backend(PasswordJudge.ofAnybody())
                .identity(new UpstreamIdentity.UserTokens(Method.STRONGEST, "users"))
                .tokens("users", new NamedAfterLogins())
                .start();
    }

    private static void send(TestGateway gateway, String login) {
        try (SmtpClient client = SmtpClient.connect(gateway.port())) {
            client.greet();
            client.authPlain(login, login);
            client.transaction(login + "@example.org", "c@example.org", "Hello").expect(250);
            client.quit();
        }
    }

    private static final class NamedAfterLogins implements AccessTokens {
        @Override
        public Future<String> token(String login) {
            return Future.succeededFuture("token-of-" + login);
        }

        @Override
        public void refused(String login, String token) {
            throw new AssertionError("it is good");
        }
    }
}
