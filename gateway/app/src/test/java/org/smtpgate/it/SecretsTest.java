package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** Whatever is logged at the finest level, and whatever is counted, holds no password in any spelling. */
class SecretsTest {

    private static final String WRONG = "Zq9-wrong-battery";

    private static final String LOG_ALL = """
            <configuration>
              <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%level %logger %msg %ex%n</pattern></encoder>
              </appender>
              <root level="TRACE"><appender-ref ref="out"/></root>
            </configuration>
            """;

    @TempDir
    Path folder;

    @Test
    void noPasswordIsEverWrittenDown() throws IOException {
        Path logback = Files.writeString(folder.resolve("log-all.xml"), LOG_ALL);
        String metrics;
        GatewayProcess gateway;
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess running = GatewaySetup.before(upstream.port(), folder)
                        .jvm("-Dlogback.configurationFile=" + logback)
                        .start()) {
            gateway = running;
            logInInEveryWay(running.implicitPort());
            metrics = running.metrics();
        }

        assertThat(gateway.output()).contains("TRACE ", GatewaySetup.USER);
        assertThat(metrics).contains("smtpgate_");
        for (String secret : spellings()) {
            assertThat(gateway.output()).doesNotContain(secret);
            assertThat(metrics).doesNotContain(secret);
        }
    }

    private static void logInInEveryWay(int port) {
        for (String password : List.of(GatewaySetup.PASSWORD, WRONG)) {
            int verdict = password.equals(WRONG) ? 535 : 235;
            String plain = base64("\0" + GatewaySetup.USER + "\0" + password);
            dialogue(port, verdict, "AUTH PLAIN " + plain);
            dialogue(port, verdict, "AUTH PLAIN", plain);
            dialogue(port, verdict, "AUTH LOGIN", base64(GatewaySetup.USER), base64(password));
            dialogue(port, verdict, "AUTH LOGIN " + base64(GatewaySetup.USER), base64(password));
        }
        // What is no answer at all: a secret in the clear, at the wrong place, or behind an unknown mechanism.
        dialogue(port, 501, "AUTH PLAIN", GatewaySetup.PASSWORD);
        dialogue(port, 504, "AUTH UNHEARD-OF " + base64(GatewaySetup.PASSWORD));
        dialogue(port, 500, GatewaySetup.PASSWORD);
        dialogue(port, 500, base64("\0" + GatewaySetup.USER + "\0" + GatewaySetup.PASSWORD));
        dialogue(port, 501, "MAIL FROM:" + GatewaySetup.PASSWORD);
    }

    /** All lines but the last are answered with 334. */
    private static void dialogue(int port, int verdict, String... lines) {
        try (SmtpClient client = SmtpClient.connectTls(port)) {
            client.greet();
            for (int i = 0; i < lines.length - 1; i++) {
                client.send(lines[i]).expect(334);
            }
            client.send(lines[lines.length - 1]).expect(verdict);
            client.quit();
        }
    }

    private static List<String> spellings() {
        return List.of(
                GatewaySetup.PASSWORD,
                WRONG,
                base64(GatewaySetup.PASSWORD),
                base64(WRONG),
                base64("\0" + GatewaySetup.USER + "\0" + GatewaySetup.PASSWORD),
                base64("\0" + GatewaySetup.USER + "\0" + WRONG));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
