package org.smtpgate.it;

import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.server.DovecotAccounts;
import org.smtpgate.it.server.DovecotAuth;
import org.smtpgate.it.server.PostfixServer;
import org.smtpgate.testkit.SmtpClient;

/** A real Postfix is told who the client is, and lets the gateway log in, in each way that it knows. */
class RealIdentityTest {
    private static final String ACCOUNT = "relay@example.org";
    private static final String SECRET = "Kx7-correct-horse";
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void xclientMakesPostfixTakeTheClientForItsOwn() throws Exception {
        try (PostfixServer postfix = PostfixServer.in(room("postfix"), PemFiles.in(folder))
                        .xclient()
                        .start();
                GatewayProcess gateway = GatewaySetup.before(postfix.port(), room("gateway"))
                        .upstream("introduce: { xclient: refuse }")
                        .start()) {
            for (int message = 0; message < 2; message++) {
                sendAsAnna(gateway);
            }
            awaitLog(postfix, "[127.0.0.1], sasl_method=XCLIENT, sasl_username=" + GatewaySetup.USER);
        }
    }

    @Test
    void xforwardTellsItForTheLog() throws Exception {
        try (PostfixServer postfix = PostfixServer.in(room("postfix"), PemFiles.in(folder))
                        .xforward()
                        .start();
                GatewayProcess gateway = GatewaySetup.before(postfix.port(), room("gateway"))
                        .upstream("introduce: { xforward: true }")
                        .start()) {
            sendAsAnna(gateway);
            awaitLog(postfix, "orig_client=");
        }
    }

    /** One that gets no header does not even greet. */
    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void aProxyHeaderStandsBeforeAllElse(String version) throws Exception {
        try (PostfixServer postfix = PostfixServer.in(room("postfix"), PemFiles.in(folder))
                        .proxyProtocol()
                        .start();
                GatewayProcess gateway = GatewaySetup.before(postfix.port(), room("gateway"))
                        .pooling("session")
                        .upstream("introduce: { proxy-protocol: " + version + " }")
                        .start()) {
            sendAsAnna(gateway);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"})
    void theGatewayLogsInByEachMechanismThatPostfixOffers(String mechanism) throws Exception {
        DovecotAccounts accounts = new DovecotAccounts(ACCOUNT, SECRET, Map.<String, String>of()::get);
        try (DovecotAuth dovecot = new DovecotAuth(room("dovecot"), accounts);
                PostfixServer postfix = PostfixServer.in(room("postfix"), PemFiles.in(folder))
                        .sasl(dovecot)
                        .start();
                GatewayProcess gateway = GatewaySetup.before(postfix.port(), room("gateway"))
                        .upstreamTls("starttls")
                        .upstream("identity: { mode: service, mechanism: " + mechanism + ", username: " + ACCOUNT
                                + ", password: " + SECRET + " }")
                        .start()) {
            sendAsAnna(gateway);
            awaitLog(postfix, "sasl_method=" + mechanism + ", sasl_username=" + ACCOUNT);
        }
    }

    /** The client's own password, which Dovecot has too. */
    @Test
    void aClientsOwnLoginIsRepeated() throws Exception {
        DovecotAccounts accounts =
                new DovecotAccounts(GatewaySetup.USER, GatewaySetup.PASSWORD, Map.<String, String>of()::get);
        try (DovecotAuth dovecot = new DovecotAuth(room("dovecot"), accounts);
                PostfixServer postfix = PostfixServer.in(room("postfix"), PemFiles.in(folder))
                        .sasl(dovecot)
                        .start();
                GatewayProcess gateway = GatewaySetup.before(postfix.port(), room("gateway"))
                        .upstreamTls("starttls")
                        .upstream("identity: { mode: passthrough }")
                        .start()) {
            sendAsAnna(gateway);
            awaitLog(postfix, "sasl_username=" + GatewaySetup.USER);
        }
    }

    private static void sendAsAnna(GatewayProcess gateway) {
        try (SmtpClient client = SmtpClient.connect(gateway.starttlsPort()).timeout(SOON)) {
            client.greet();
            client.startTls().ehlo();
            client.authPlain(GatewaySetup.USER, GatewaySetup.PASSWORD);
            client.transaction("a@example.org", "b@example.org", "Subject: x\r\n\r\nHello\r\n");
            client.expect(250);
            client.quit();
        }
    }

    private static void awaitLog(PostfixServer postfix, String words) {
        await().atMost(SOON).until(() -> postfix.log().contains(words));
    }

    private Path room(String name) throws Exception {
        return Files.createDirectory(folder.resolve(name));
    }
}
