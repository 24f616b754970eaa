package org.smtpgate.it.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.smtpgate.it.oauth.TokenScene.send;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Product;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.oauth.Behaviour;

/** A user's password in front, and the same user's token behind: by a refresh token, or by a service account. */
class UserTokenTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    /** An endpoint that rotates takes a refresh token that was used up for a stolen one, and ends the grant. */
    @Test
    void aStoredRefreshTokenOutlivesTheGatewayThoughEachUseReplacesIt() throws Exception {
        try (TokenScene scene = TokenScene.with(folder, "XOAUTH2")) {
            scene.endpoint.rotating();
            GatewaySetup setup = scene.users(refreshTokens(scene));
            String first = scene.endpoint.refreshToken(TokenScene.CLIENT_ID, GatewaySetup.USER);
            try (GatewayProcess gateway = setup.start()) {
                try (SmtpClient client = TokenScene.client(gateway)) {
                    client.send("MAIL FROM:<a@example.org>").expect(451, "4.7.0");
                }
                gateway.awaitOutput(
                        "no refresh token is stored for " + GatewaySetup.USER, "store one with: smtpgate token store");
            }
            store(first);
            for (int start = 1; start <= 2; start++) {
                try (GatewayProcess gateway = setup.start()) {
                    send(gateway);
                }
                assertThat(scene.upstream.messages()).hasSize(start);
            }

            assertThat(scene.upstream.messages())
                    .allMatch(
                            message -> GatewaySetup.USER.equals(message.client().login()));
            assertThat(scene.endpoint.isLive(first)).isFalse();
            assertThat(scene.endpoint.requests())
                    .extracting(request -> request.parameter("refresh_token"))
                    .hasSize(2)
                    .doesNotHaveDuplicates()
                    .startsWith(first);
        }
    }

    @Test
    void aServiceAccountAsksInTheNameOfTheUser() throws Exception {
        try (TokenScene scene = TokenScene.with(folder, "XOAUTH2")) {
            KeyPair key = keyPair();
            scene.endpoint.serviceAccount("gate@project.example", key.getPublic());
            scene.secretFile("service-account.json", serviceAccount(key, scene));
            try (GatewayProcess gateway = scene.users("""
                            source: service-account
                            service-account-key: service-account.json
                            timeout: 45s
                            """).start()) {
                send(gateway);
                send(gateway);
            }

            assertThat(scene.upstream.messages())
                    .hasSize(2)
                    .allMatch(
                            message -> GatewaySetup.USER.equals(message.client().login()));
            assertThat(scene.endpoint.requests())
                    .singleElement()
                    .satisfies(request ->
                            assertThat(request.form().keySet()).containsExactlyInAnyOrder("grant_type", "assertion"));
        }
    }

    /** Whatever is logged at the finest level, counted, printed or seen in the list of processes. */
    @Test
    void noSecretIsEverWrittenDown() throws Exception {
        try (TokenScene scene = TokenScene.with(folder, "XOAUTH2")) {
            scene.endpoint.rotating();
            GatewaySetup setup = scene.users(refreshTokens(scene));
            String first = scene.endpoint.refreshToken(TokenScene.CLIENT_ID, GatewaySetup.USER);
            String seen;
            try (GatewayProcess gateway = setup.start()) {
                seen = store(first) + commandLine(gateway);
                // Which repeats the request in its refusal.
                scene.endpoint.behave(Behaviour.REFUSE);
                try (SmtpClient client = TokenScene.client(gateway)) {
                    client.send("MAIL FROM:<a@example.org>").expect(451, "4.7.0");
                    scene.endpoint.behave(Behaviour.ANSWER);
                    await("a token").atMost(SOON).until(() -> TokenScene.mailIsTaken(client));
                    seen += client.transcript();
                }
                send(gateway);
                scene.endpoint.issued().forEach(scene.endpoint::revoke);
                send(gateway);
                seen += gateway.metrics() + gateway.output();
            }
            seen += Execution.of(Product.command(
                                    List.of(),
                                    "check",
                                    "--config",
                                    folder.resolve("smtpgate.yaml").toString())
                            .toArray(String[]::new))
                    .succeeded()
                    .output();
            seen += filesIn(folder.resolve("tokens"));

            assertThat(seen)
                    .contains("tokens office: an upstream refused a token")
                    .contains("tokens office: there is no token")
                    .contains("smtpgate_token_request_seconds_count")
                    .contains("client-secret-file: " + folder)
                    .contains("--config");
            assertThat(scene.presented).hasSizeGreaterThanOrEqualTo(3);
            for (String secret : secrets(scene)) {
                assertThat(seen.lines().filter(line -> line.contains(secret)))
                        .as("lines with a secret")
                        .isEmpty();
            }
        }
    }

    private static List<String> secrets(TokenScene scene) {
        Stream<String> refreshTokens =
                scene.endpoint.requests().stream().map(request -> request.parameter("refresh_token"));
        return Stream.of(
                        scene.presented.stream(),
                        refreshTokens,
                        Stream.of(TokenScene.CLIENT_SECRET, "A".repeat(43)),
                        scene.presented.stream()
                                .map(token -> base64("user=" + GatewaySetup.USER + "\1auth=Bearer " + token + "\1\1")))
                .flatMap(secret -> secret)
                .distinct()
                .toList();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private String refreshTokens(TokenScene scene) {
        scene.secretFile("client-secret", TokenScene.CLIENT_SECRET);
        scene.secretFile("tokens.key", "A".repeat(43) + "=\n");
        return """
                source: refresh-token
                endpoint: %s
                client-id: %s
                client-secret-file: client-secret
                store: tokens
                store-key: tokens.key
                timeout: 45s
                """.formatted(scene.endpoint.uri(), TokenScene.CLIENT_ID);
    }

    /** As an administrator does; gives what the command said. */
    private String store(String refreshToken) throws Exception {
        Path input = Files.writeString(folder.resolve("refresh-token"), refreshToken + "\n");
        String config = folder.resolve("smtpgate.yaml").toString();
        String output = Execution.reading(
                        input,
                        Product.command(
                                        List.of(),
                                        "token",
                                        "store",
                                        "--config",
                                        config,
                                        "--tokens",
                                        "office",
                                        "--login",
                                        GatewaySetup.USER)
                                .toArray(String[]::new))
                .succeeded()
                .output();
        Files.delete(input);
        return output;
    }

    private static String commandLine(GatewayProcess gateway) throws Exception {
        return Files.readString(Path.of("/proc/" + gateway.pid() + "/cmdline")).replace('\0', '\n');
    }

    private static String filesIn(Path folder) throws Exception {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                all.append(Files.readString(file)).append('\n');
            }
        }
        return all.toString();
    }

    private static String serviceAccount(KeyPair key, TokenScene scene) {
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(key.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        return new JsonObject()
                .put("type", "service_account")
                .put("private_key_id", "1a2b3c")
                .put("private_key", pem)
                .put("client_email", "gate@project.example")
                .put("token_uri", scene.endpoint.uri().toString())
                .encode();
    }

    private static KeyPair keyPair() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }
}
