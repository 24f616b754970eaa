package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.testkit.SaslAccounts;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** Whatever is logged at the finest level there is, and whatever is counted, holds no password in any spelling. */
class SecretsTest {

    private static final String SERVICE = "Zq9-horse-service";
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

    /** The gateway's own password, and a client's that is passed through: taken, refused, and changed meanwhile. */
    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"})
    void norIsOneThatGoesUpstream(String mechanism) {
        SaslAccounts accounts = new SaslAccounts(mechanism)
                .password("gateway", SERVICE)
                .password(GatewaySetup.USER, GatewaySetup.PASSWORD);
        String told;
        GatewayProcess gateway;
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().accounts(accounts).start();
                GatewayProcess running = GatewaySetup.before(upstream.port(), folder)
                        .upstream("identity: { mode: service, username: gateway, password: " + SERVICE
                                + ", allow-without-tls: true }\n    max-transactions: 1")
                        .upstreams(
                                "  own: { endpoints: [ \"127.0.0.1:" + upstream.port()
                                        + "\" ], max-transactions: 1, identity: { mode: passthrough, allow-without-tls: true } }")
                        .config("log: { format: text, level: trace }\n"
                                + "routes: [ { listener: submissions, login: \"*\", to: own } ]")
                        .start()) {
            gateway = running;
            sendAs(SmtpClient.connect(running.plainPort()), null, 250);
            sendAs(SmtpClient.connectTls(running.implicitPort()), GatewaySetup.PASSWORD, 250);
            accounts.password("gateway", WRONG).password(GatewaySetup.USER, WRONG);
            sendAs(SmtpClient.connect(running.plainPort()), null, 451);
            sendAs(SmtpClient.connectTls(running.implicitPort()), GatewaySetup.PASSWORD, 451);
            assertThat(upstream.messages()).hasSize(2);
            told = running.metrics();
        }

        assertThat(lines(gateway.output(), "refused the login")).isNotEmpty();
        for (String secret : upstreamSpellings()) {
            assertThat(lines(gateway.output(), secret))
                    .as("log lines with a password")
                    .isEmpty();
            assertThat(lines(told, secret)).as("metrics with a password").isEmpty();
        }
    }

    private static void sendAs(SmtpClient connected, String password, int verdict) {
        try (SmtpClient client = connected) {
            client.greet();
            if (password != null) {
                client.authPlain(GatewaySetup.USER, password);
            }
            client.send("MAIL FROM:<a@example.org>").expect(verdict);
            if (verdict == 250) {
                client.rcpt("b@example.org").data().message("Hello").expect(250);
            }
            client.quit();
        }
    }

    private static List<String> upstreamSpellings() {
        List<String> all = new ArrayList<>(spellings());
        all.add(SERVICE);
        all.add(base64(SERVICE));
        all.add(base64("\0gateway\0" + SERVICE));
        return all;
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
