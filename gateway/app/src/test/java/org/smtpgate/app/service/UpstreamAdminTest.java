package org.smtpgate.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smtpgate.app.fixture.ConfigFolder;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** An operator looks at upstreams, and takes them out of service, over HTTP. */
class UpstreamAdminTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path temporary;

    private final Vertx vertx = Vertx.vertx();
    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final HttpClient http = HttpClient.newHttpClient();
    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        Path file = ConfigFolder.in(temporary).file("smtpgate.yaml", """
                        listeners: [ { name: submission, address: "127.0.0.1:0", hostname: gate.example.org, route: legacy } ]
                        upstreams:
                          legacy: { endpoints: [ "127.0.0.1:%d" ], max-connections: 7 }
                          "other one": { endpoints: [ "127.0.0.1:1" ], health: { probe-at-start: false } }
                        admin: { address: "127.0.0.1:0" }
                        event-loops: 2
                        """.formatted(upstream.port()));
        gateway = Awaits.result(RunningGateway.start(vertx, Assembly.of(vertx, file, name -> null)));
    }

    @AfterEach
    void stop() throws Exception {
        Awaits.result(gateway.stop());
        Awaits.result(vertx.close());
        upstream.close();
    }

    @Test
    void upstreamsAreShownWithTheirEndpointsAndWhatAProbeLearned() throws Exception {
        upstream.awaitConnections(1, SOON);
        Awaitility.await().atMost(SOON).until(() -> endpoint().containsKey("extensions"));
        JsonObject legacy = legacy();
        assertThat(legacy.getString("mode")).isEqualTo("active");
        assertThat(legacy.getLong("waiting")).isZero();
        assertThat(legacy.getInteger("max-connections")).isEqualTo(7);
        assertThat(legacy.getJsonObject("connections").fieldNames())
                .contains("connecting", "idle", "leased", "resetting", "closing");
        assertThat(endpoint().getString("endpoint")).isEqualTo("127.0.0.1:" + upstream.port());
        assertThat(endpoint().getString("state")).isEqualTo("live");
        assertThat(endpoint().getJsonArray("extensions")).contains("PIPELINING");
        assertThat(endpoint().containsKey("last-error")).isFalse();
        assertThat(upstream.connection(1).commands()).containsExactly("EHLO gate.example.org", "QUIT");
    }

    @Test
    void anEndpointThatIsLeftOutIsShownWithTheReason() throws Exception {
        try (SmtpClient client = SmtpClient.connect(gateway.port("submission"))) {
            client.greet();
            upstream.close();
            for (int i = 0; i < 4; i++) {
                client.send("MAIL FROM:<a@example.org>").expect(451, "4.4.1");
            }
        }
        assertThat(endpoint().getString("state")).isEqualTo("ejected");
        assertThat(endpoint().getString("last-error")).contains("refused");
    }

    @Test
    void aPauseIsAnsweredWhenTheLastTransactionIsOver() throws Exception {
        try (SmtpClient client = SmtpClient.connect(gateway.port("submission")).timeout(SOON)) {
            client.greet();
            client.mail("a@example.org");
            CompletableFuture<HttpResponse<String>> paused = http.sendAsync(
                    request("POST", "/upstreams/legacy/pause").build(), HttpResponse.BodyHandlers.ofString());
            Awaitility.await()
                    .atMost(SOON)
                    .until(() -> legacy().getString("mode").equals("paused"));
            assertThat(legacy().getJsonObject("connections").getInteger("leased"))
                    .isEqualTo(1);
            assertThat(paused.isDone()).isFalse();
            client.rcpt("b@example.org").data().message("Hello\r\n").expect(250);
            HttpResponse<String> answer = paused.get(20, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(new JsonObject(answer.body()).getBoolean("done")).isTrue();
            assertThat(post("/upstreams/legacy/pause").statusCode()).isEqualTo(409);
            assertThat(post("/upstreams/legacy/drain").statusCode()).isEqualTo(200);
            client.send("MAIL FROM:<a@example.org>").expect(451, "4.3.2");
            assertThat(post("/upstreams/legacy/resume").statusCode()).isEqualTo(200);
            client.mail("a@example.org");
            assertThat(post("/upstreams/legacy/reconnect").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /upstreams/nobody/pause, 404, no upstream nobody",
        "POST, /upstreams/legacy/explode, 404, nothing here",
        "POST, /upstreams/legacy/resume, 409, legacy is active",
        "POST, /upstreams/legacy, 404, nothing here",
        "POST, /upstreams, 405, GET and HEAD",
        "GET, /upstreams/legacy/pause, 405, only POST",
        "PUT, /upstreams/legacy/pause, 405, only POST",
        "DELETE, /upstreams/legacy/pause, 405, only POST",
        "GET, /upstreams/legacy, 404, /upstreams",
        "POST, /upstreams/other%20one/reconnect, 200, done"
    })
    void whatIsNotPossibleIsSaid(String method, String path, int status, String said) throws Exception {
        HttpResponse<String> answer = http.send(request(method, path).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(said);
    }

    @Test
    void aPathThatIsBrokenIsNoUpstream() throws IOException {
        assertThat(raw("/upstreams/%zz/pause", "")).matches("(?s)HTTP/1.1 40[04] .*");
    }

    @ParameterizedTest
    @CsvSource({"Origin, http://evil.example", "Origin, null", "Sec-Fetch-Site, cross-site", "Sec-Fetch-Site, none"})
    void noBrowserIsObeyed(String header, String value) throws Exception {
        assertThat(raw("/upstreams/legacy/drain", header + ": " + value + "\r\n"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(legacy().getString("mode")).isEqualTo("active");
    }

    /** What the JDK's own client may not send. */
    private String raw(String path, String header) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", gateway.adminPort())) {
            socket.setSoTimeout((int) SOON.toMillis());
            String text = "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + header
                    + "Content-Length: 0\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private JsonObject legacy() throws Exception {
        HttpResponse<String> answer =
                http.send(request("GET", "/upstreams").build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        JsonArray all = new JsonObject(answer.body()).getJsonArray("upstreams");
        assertThat(all).hasSize(2);
        return all.getJsonObject(0);
    }

    private JsonObject endpoint() throws Exception {
        return legacy().getJsonArray("endpoints").getJsonObject(0);
    }

    private HttpResponse<String> post(String path) throws Exception {
        return http.send(request("POST", path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String method, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.adminPort() + path))
                .timeout(SOON)
                .method(method, HttpRequest.BodyPublishers.noBody());
    }
}
