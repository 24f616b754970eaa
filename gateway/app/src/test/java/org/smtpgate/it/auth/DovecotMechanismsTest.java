package org.smtpgate.it.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.sasl.ClientCredentials;
import org.smtpgate.sasl.SaslClientExchange;
import org.smtpgate.sasl.SaslClientMechanisms;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** Mechanisms that the gateway cannot speak for Dovecot's users, since it has not their passwords: Dovecot speaks them. */
@Timeout(120)
class DovecotMechanismsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(28);

    @TempDir
    private static Path folder;

    private static DovecotServer dovecot;
    private static ScriptedUpstream upstream;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        dovecot = new DovecotServer(Files.createDirectory(folder.resolve("server")), DovecotServer.Door.UNIX);
        dovecot.start();
        upstream = ScriptedUpstream.start();
        gateway = GatewaySetup.before(upstream.port(), Files.createDirectory(folder.resolve("gateway")))
                .backend(dovecot.section())
                .start();
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
            upstream.close();
            dovecot.close();
        }
    }

    @Test
    void whatDovecotSpeaksIsOffered() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            try (SmtpClient client =
                    SmtpClient.connectTls(gateway.implicitPort()).timeout(PATIENCE)) {
                client.greet();
                assertThat(client.ehlo().text())
                        .contains("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"})
    void aMechanismIsPassedThrough(String mechanism) throws Exception {
        try (SmtpClient client = SmtpClient.connectTls(gateway.implicitPort()).timeout(PATIENCE)) {
            client.greet();
            client.ehlo();
            assertThat(login(client, mechanism, "Zq9-wrong-battery").code()).isEqualTo(535);
            assertThat(login(client, mechanism, GatewaySetup.PASSWORD).code()).isEqualTo(235);
            client.transaction("a@example.org", "b@example.org", "Subject: x\n\nHello\n")
                    .expect(250);
        }
        gateway.awaitOutput("login=" + GatewaySetup.USER);
    }

    @Test
    void aCrashAmidAnExchangeIsTroubleUntilDovecotIsBack() throws Exception {
        try (SmtpClient client = SmtpClient.connectTls(gateway.implicitPort()).timeout(PATIENCE)) {
            client.greet();
            client.ehlo();
            client.send("AUTH CRAM-MD5").expect(334);
            dovecot.kill();
            try {
                client.send(base64(new byte[] {'x', ' ', '0'})).expect(454, "4.7.0");
                assertThat(login(client, "SCRAM-SHA-256", GatewaySetup.PASSWORD).code())
                        .isEqualTo(454);
                client.send("NOOP").expect(250);
            } finally {
                dovecot.start();
            }
            await().atMost(PATIENCE).until(() -> {
                int code = login(client, "SCRAM-SHA-256", GatewaySetup.PASSWORD).code();
                assertThat(code).isIn(235, 454);
                return code == 235;
            });
        }
    }

    /** The whole dialogue; it fails where the server does not prove itself. */
    private static Answer login(SmtpClient client, String mechanism, String password) throws Exception {
        SaslClientExchange exchange =
                SaslClientMechanisms.start(mechanism, new ClientCredentials.Password("", GatewaySetup.USER, password));
        byte[] first = exchange.initialResponse();
        Answer answer = client.send("AUTH " + mechanism + (first == null ? "" : " " + base64(first)))
                .reply();
        while (answer.code() == 334) {
            byte[] challenge = Base64.getDecoder().decode(answer.text());
            answer = client.send(base64(exchange.respond(challenge))).reply();
        }
        assertThat(answer.code() != 235 || exchange.complete()).isTrue();
        return answer;
    }

    private static String base64(byte[] message) {
        return Base64.getEncoder().encodeToString(message);
    }
}
