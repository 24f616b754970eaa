package org.smtpgate.it.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.kubernetes.KubernetesApi;

/**
 * Pods that log in with their tokens, as such or as passwords, while the API server is there, away, and back. As
 * {@link BackendOutageContract}, whose one password would have to be a token.
 */
@Timeout(240)
class KubernetesOutageTest {
    private static final String USER = "token";
    private static final Duration PATIENCE = Duration.ofSeconds(28);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"})
    void anApiServerThatGoesAwayAndComesBackEndsNoSession(String mechanism) throws Exception {
        Path pod = Files.createDirectory(folder.resolve("pod"));
        try (KubernetesApi api = KubernetesApi.start(pod, Clock.systemUTC());
                ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess gateway = gateway(upstream, api, pod);
                SmtpClient before = connected(gateway);
                SmtpClient during = connected(gateway)) {
            String wrong = api.token("shop", "orders");
            api.forget(wrong);
            assertThat(login(during, mechanism, wrong)).isEqualTo(535);
            String token = api.token("shop", "orders");
            assertThat(login(before, mechanism, token)).isEqualTo(235);
            mail(before);

            api.down();
            String other = api.token("shop", "orders");
            assertThat(login(during, mechanism, other)).isEqualTo(454);
            during.send("NOOP").expect(250);
            mail(before);

            api.up();
            await("a login").atMost(Duration.ofSeconds(60)).until(() -> isIn(during, mechanism, other));
            mail(during);
            assertThat(upstream.messages()).hasSize(3);
            Confidant.of(gateway).keeps(USER, token, other, wrong);
            assertThat(gateway.output()).doesNotContain("has been blocked for");
        }
    }

    private GatewayProcess gateway(ScriptedUpstream upstream, KubernetesApi api, Path pod) throws Exception {
        return GatewaySetup.before(upstream.port(), Files.createDirectory(folder.resolve("gateway")))
                .backend("{ plugin: kubernetes, audience: " + KubernetesApi.AUDIENCE + ", api-server: \"" + api.url()
                        + "\", token-file: " + pod.resolve("token") + ", ca-file: " + pod.resolve("ca.crt") + " }")
                .config("log: { format: text, level: trace }")
                .start();
    }

    private static SmtpClient connected(GatewayProcess gateway) {
        SmtpClient client = SmtpClient.connectTls(gateway.implicitPort()).timeout(PATIENCE);
        client.greet();
        client.ehlo();
        return client;
    }

    /** The API server has another certificate now, and the file with it is not read at each login. */
    private static boolean isIn(SmtpClient client, String mechanism, String token) {
        int code = login(client, mechanism, token);
        assertThat(code).isIn(235, 454);
        return code == 235;
    }

    /** The code of the last reply. */
    private static int login(SmtpClient client, String mechanism, String token) {
        return switch (mechanism) {
            case "PLAIN" ->
                client.send("AUTH PLAIN " + base64("\0" + USER + "\0" + token))
                        .reply()
                        .code();
            case "LOGIN" -> {
                client.send("AUTH LOGIN").expect(334);
                client.send(base64(USER)).expect(334);
                yield client.send(base64(token)).reply().code();
            }
            default -> BearerLogin.code(client, mechanism, USER, token);
        };
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes());
    }

    private static void mail(SmtpClient client) {
        client.transaction("a@example.org", "b@example.org", "Subject: x\n\nHello\n")
                .expect(250);
    }
}
