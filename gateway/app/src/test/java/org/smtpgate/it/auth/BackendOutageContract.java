package org.smtpgate.it.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/**
 * What is owed to clients while the server behind a backend is away: no session ends, nobody is told that a right password
 * is wrong, no thread is blocked, and logins are taken again as soon as it is back. No password is found in anything that
 * the process tells of itself.
 */
@Timeout(240)
abstract class BackendOutageContract {
    private static final String WRONG = "Zq9-wrong-battery";

    /** More than any backend's own deadline, and less than a login has in all. */
    private static final Duration PATIENCE = Duration.ofSeconds(28);

    @TempDir
    Path folder;

    /** The server to ask, not started. The folder is its own, and empty. */
    protected abstract AuthServer server(Path serverFolder) throws Exception;

    @Test
    void aServerThatGoesAwayAndComesBackEndsNoSession() throws Exception {
        try (AuthServer server = server(Files.createDirectory(folder.resolve("server")));
                ScriptedUpstream upstream = ScriptedUpstream.start()) {
            server.start();
            try (GatewayProcess gateway = GatewaySetup.before(
                            upstream.port(), Files.createDirectory(folder.resolve("gateway")))
                    .backend(server.section())
                    .config("log: { format: text, level: trace }")
                    .start()) {
                int warm = warmUp(gateway);
                outage(server, gateway);
                assertThat(upstream.messages()).hasSize(5);
                Confidant.of(gateway).keeps(GatewaySetup.USER, GatewaySetup.PASSWORD, WRONG);
                assertThat(gateway.output().substring(warm)).doesNotContain("has been blocked for");
            }
        }
    }

    /** A gateway that starts before its server does serves as soon as that is there. */
    @Test
    void aServerThatIsNotThereYetKeepsNobodyFromStarting() throws Exception {
        try (AuthServer server = server(Files.createDirectory(folder.resolve("server")));
                ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess gateway = GatewaySetup.before(
                                upstream.port(), Files.createDirectory(folder.resolve("gateway")))
                        .backend(server.section())
                        .start();
                SmtpClient client = connected(gateway)) {
            login(client, GatewaySetup.PASSWORD).expect(454, "4.7.0");
            server.start();
            awaitLogin(client);
            mail(client);
        }
    }

    /** The first of everything loads classes, which a busy machine takes seconds for; how much was written until then. */
    private static int warmUp(GatewayProcess gateway) {
        try (SmtpClient client = connected(gateway)) {
            awaitLogin(client);
            mail(client);
            client.quit();
        }
        return gateway.output().length();
    }

    private void outage(AuthServer server, GatewayProcess gateway) throws Exception {
        try (SmtpClient before = connected(gateway);
                SmtpClient wrong = connected(gateway);
                SmtpClient during = connected(gateway)) {
            login(before, GatewaySetup.PASSWORD).expect(235);
            mail(before);
            login(wrong, WRONG).expect(535, "5.7.8");

            server.kill();
            login(during, GatewaySetup.PASSWORD).expect(454, "4.7.0");
            login(during, WRONG).expect(454, "4.7.0");
            during.send("NOOP").expect(250);
            mail(before);

            server.start();
            awaitLogin(during);
            mail(during);
            login(wrong, WRONG).expect(535, "5.7.8");
            login(wrong, GatewaySetup.PASSWORD).expect(235);
            mail(wrong);
        }
    }

    private static SmtpClient connected(GatewayProcess gateway) {
        SmtpClient client = SmtpClient.connectTls(gateway.implicitPort()).timeout(PATIENCE);
        client.greet();
        client.ehlo();
        return client;
    }

    private static void awaitLogin(SmtpClient client) {
        await("a login").atMost(Duration.ofSeconds(60)).until(() -> {
            Answer answer = login(client, GatewaySetup.PASSWORD).reply();
            assertThat(answer.code()).isIn(235, 454);
            return answer.code() == 235;
        });
    }

    private static SmtpClient login(SmtpClient client, String password) {
        String plain = "\0" + GatewaySetup.USER + "\0" + password;
        return client.send("AUTH PLAIN " + Base64.getEncoder().encodeToString(plain.getBytes()));
    }

    private static void mail(SmtpClient client) {
        client.transaction("a@example.org", "b@example.org", "Subject: x\n\nHello\n")
                .expect(250);
    }
}
