package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** Whatever is logged at the finest level there is, and whatever is counted, holds no password in any spelling. */
class SecretsTest {

    private static final String WRONG = "Zq9-wrong-battery";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void noPasswordIsEverWrittenDown(String format) {
        String metrics;
        GatewayProcess gateway;
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess running = GatewaySetup.before(upstream.port(), folder)
                        .config("log: { format: %s, level: trace }".formatted(format))
                        .start()) {
            gateway = running;
            logInInEveryWay(running.implicitPort());
            metrics = running.metrics();
        }

        assertThat(lines(gateway.output(), GatewaySetup.USER))
                .as("logs of logins")
                .isNotEmpty();
        assertThat(metrics).contains("smtpgate_auth");
        for (String secret : spellings()) {
            assertThat(lines(gateway.output(), secret))
                    .as("log lines with a password")
                    .isEmpty();
            assertThat(lines(metrics, secret)).as("metrics with a password").isEmpty();
        }
    }

    /** The whole of such a log in a failure's message would help nobody. */
    private static List<String> lines(String text, String wanted) {
        return text.lines().filter(line -> line.contains(wanted)).toList();
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
