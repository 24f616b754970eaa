package org.smtpgate.it.auth;

import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Ports;

/** A real Keycloak, whose users and keys outlive it in a folder. Its realm knows a few clients, each with other tokens. */
final class KeycloakServer implements AuthServer {
    /** Its tokens are for {@code smtp}. */
    static final String CLIENT = "gateway";

    static final String SECRET = "Hb3/plain+battery==";

    /** Its tokens are likewise, and end after ten seconds. */
    static final String SHORT_LIVED = "short-lived";

    /** Its tokens are for others. */
    static final String SOMEBODY_ELSE = "somebody-else";

    private static final Duration LONGEST_START = Duration.ofSeconds(120);

    private final HttpClient http = HttpClient.newHttpClient();
    private final KeycloakInstallation installation;
    private final Path folder;
    private final int port = Ports.free();
    private final int management = Ports.free();
    private Process process;

    KeycloakServer(KeycloakInstallation installation, Path folder) {
        this.installation = installation;
        this.folder = folder;
    }

    String issuer() {
        return "http://127.0.0.1:" + port + "/realms/mail";
    }

    @Override
    public String section() {
        return "{ plugin: oauth2, issuer: \"" + issuer() + "\", audience: smtp, password-grant: true, client-id: "
                + CLIENT + ", client-secret: \"" + SECRET + "\" }";
    }

    @Override
    public void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        installation.script().toString(),
                        "start",
                        "--optimized",
                        "--import-realm",
                        "--http-enabled=true",
                        "--http-host=127.0.0.1",
                        "--http-port=" + port,
                        "--http-management-port=" + management,
                        "--hostname-strict=false",
                        "--cache=local",
                        "--db-url=jdbc:h2:file:" + folder.resolve("keycloak") + ";NON_KEYWORDS=VALUE")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("output").toFile()));
        builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m");
        builder.environment().put("JAVA_OPTS_APPEND", "-XX:TieredStopAtLevel=1");
        process = builder.start();
        try {
            await("Keycloak answers").atMost(LONGEST_START).until(() -> !process.isAlive() || answers());
        } finally {
            if (!answers()) {
                close();
            }
        }
        if (!process.isAlive()) {
            throw new AssertionError("Keycloak did not start: " + Files.readString(folder.resolve("output")));
        }
    }

    @Override
    public void kill() throws InterruptedException {
        Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList()
                .forEach(ProcessHandle::destroyForcibly);
        process.waitFor(30, TimeUnit.SECONDS);
        await("Keycloak is gone").atMost(Duration.ofSeconds(30)).until(() -> !Ports.answers(port));
    }

    @Override
    public void close() {
        if (process != null) {
            Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                    .toList()
                    .forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** An access token of the one user, for one of the clients. */
    String token(String client) throws IOException, InterruptedException {
        String form = "grant_type=password&username=" + encoded(GatewaySetup.USER) + "&password="
                + encoded(GatewaySetup.PASSWORD);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(issuer() + "/protocol/openid-connect/token"))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/x-www-form-urlencoded");
        if (client.equals(CLIENT)) {
            String pair = encoded(CLIENT) + ":" + encoded(SECRET);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes()));
        } else {
            form += "&client_id=" + client;
        }
        HttpResponse<String> answer = http.send(
                request.POST(HttpRequest.BodyPublishers.ofString(form)).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new AssertionError("Keycloak gave no token: " + answer.statusCode());
        }
        return new JsonObject(answer.body()).getString("access_token");
    }

    private boolean answers() {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(issuer() + "/.well-known/openid-configuration"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
