package org.smtpgate.proxy;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamIdentity;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.testkit.SaslAccounts;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.StepConnection;
import org.smtpgate.testkit.StepUpstream;
import org.smtpgate.testkit.Transport;

/** What tests of the gateway's logins at an upstream have in common. */
final class LoginScene {
    private LoginScene() {}

    static ScriptedUpstream secured(SaslAccounts accounts) {
        return ScriptedUpstream.builder()
                .transport(Transport.STARTTLS)
                .accounts(accounts)
                .start();
    }

    /** In the clear. */
    static ScriptedUpstream open(SaslAccounts accounts) {
        return ScriptedUpstream.builder().accounts(accounts).start();
    }

    static TestGateway inFrontOf(ScriptedUpstream upstream, UpstreamIdentity identity) {
        return TestGateway.inFrontOf(upstream.port())
                .upstreamTls(TlsMode.STARTTLS)
                .identity(identity)
                .start();
    }

    static UpstreamSettings.Timeouts timeouts(Duration each) {
        return new UpstreamSettings.Timeouts(each, each, each, each, each, each);
    }

    static void sendTwoMessages(TestGateway gateway) {
        try (SmtpClient client = gateway.client()) {
            client.transaction("a@example.org", "b@example.org", "Hello").expect(250);
            client.transaction("a@example.org", "b@example.org", "Hello again").expect(250);
            client.quit();
        }
    }

    static void mailIsDeferred(TestGateway gateway, String status) {
        try (SmtpClient client = gateway.client()) {
            client.send("MAIL FROM:<a@example.org>").expect(451, status);
            client.quit();
        }
    }

    /**
     * Begins a transaction for which the gateway logs in, in the clear, at an upstream that a test speaks for. It comes to
     * nothing: the client is told that no upstream could be reached.
     *
     * @param server is handed the connection when AUTH is about to come
     */
    static void failedLogin(UpstreamIdentity identity, String mechanism, Consumer<StepConnection> server) {
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .identity(identity)
                        .start();
                SmtpClient client = gateway.client()) {
            client.send("MAIL FROM:<a@example.org>");
            try (StepConnection connection = upstream.accept().hello("AUTH " + mechanism)) {
                server.accept(connection);
            }
            client.expect(451, "4.4.1");
            client.quit();
        }
    }

    /** The AUTH commands of a connection, the first one having the number 1. */
    static List<String> auths(ScriptedUpstream upstream, int connection) {
        return upstream.connection(connection).commands().stream()
                .filter(line -> line.startsWith("AUTH"))
                .toList();
    }
}
