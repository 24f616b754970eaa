package org.smtpgate.app.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.app.config.AdminSettings;
import org.smtpgate.app.config.AdminSettings.ActionsFrom;
import org.smtpgate.app.config.HostAndPort;
import org.smtpgate.proxy.BindException;

/** The admin HTTP server, asked octet for octet: clients of HTTP would mend some of what is to be seen here. */
class AdminServerTest {
    private static final int TIMEOUT_MS = 10_000;

    private static final JsonPage PAGE = new JsonPage("/things", query -> {
        if (query.contains("wrong")) {
            throw new IllegalArgumentException("wrong is wrong");
        }
        if (query.contains("broken")) {
            throw new IllegalStateException("it broke");
        }
        return new JsonObject().put("limit", query.get("limit"));
    });

    private static final AdminActions ACTIONS =
            new AdminActions("/things", List.of("mend", "break", "lose", "burn"), (name, action) -> {
                if (!name.equals("clock")) {
                    throw new NoSuchElementException("there is no thing " + name);
                }
                return switch (action) {
                    case "break" ->
                        throw new AdminActions.ConflictException(new IllegalStateException("clock is broken"));
                    case "burn" -> throw new IllegalStateException("it burns");
                    case "lose" -> Future.failedFuture("it is lost");
                    default -> Future.succeededFuture();
                };
            });

    private final Vertx vertx = Vertx.vertx();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicBoolean ready = new AtomicBoolean(true);
    private AdminServer server;

    @BeforeEach
    void start() throws Exception {
        registry.counter("smtpgate.things", "kind", "good").increment();
        server = Awaits.result(open(0));
    }

    @AfterEach
    void stop() throws Exception {
        Awaits.result(server.close());
        Awaits.result(vertx.close());
    }

    private Future<AdminServer> open(int port) {
        return open(port, ActionsFrom.LOOPBACK);
    }

    private Future<AdminServer> open(int port, ActionsFrom actions) {
        AdminSettings settings = new AdminSettings(new HostAndPort("127.0.0.1", port), actions, List.of());
        return new AdminServer(vertx, settings, registry, ready::get, List.of(PAGE), ACTIONS, List.of()).open();
    }

    @Test
    void metricsAreInThePrometheusTextFormUnlessAskedOtherwise() throws IOException {
        assertThat(get("/metrics"))
                .startsWith("HTTP/1.1 200 OK")
                .containsIgnoringCase("content-type: text/plain; version=0.0.4; charset=utf-8\r\n")
                .contains("# TYPE smtpgate_things_total counter\n", "smtpgate_things_total{kind=\"good\"} 1.0\n")
                .doesNotContain("# EOF");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/openmetrics-text",
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"
            })
    void metricsAreInOpenMetricsForWhoAcceptsThat(String accept) throws IOException {
        assertThat(ask("GET /metrics HTTP/1.1\r\nHost: a\r\nAccept: " + accept + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK")
                .containsIgnoringCase("content-type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n")
                .contains("# TYPE smtpgate_things counter\n")
                .endsWith("# EOF\n");
    }

    @Test
    void livezIsWellAsLongAsTheProcessAnswers() throws IOException {
        ready.set(false);

        assertThat(get("/livez")).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\nok\n");
    }

    @Test
    void readyzIsUnavailableWhileNoClientsAreTaken() throws IOException {
        assertThat(get("/readyz")).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\nready\n");

        ready.set(false);

        assertThat(get("/readyz")).startsWith("HTTP/1.1 503 ").endsWith("\r\n\r\nnot ready\n");
    }

    @Test
    void aPageOfJsonIsWorkedOutByItsParameters() throws IOException {
        assertThat(get("/things?limit=7"))
                .startsWith("HTTP/1.1 200 OK")
                .containsIgnoringCase("content-type: application/json\r\n")
                .endsWith("\r\n\r\n{\"limit\":\"7\"}\n");
    }

    @Test
    void aPageSaysWhatIsWrongWithItsParameters() throws IOException {
        assertThat(get("/things?wrong=1")).startsWith("HTTP/1.1 400 ").endsWith("\r\n\r\nwrong is wrong\n");
        assertThat(get("/things?broken=1")).startsWith("HTTP/1.1 500 ").endsWith("\r\n\r\nit broke\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics/", "/METRICS", "//metrics", "/livez/../metrics", "/%2e", "*", "metrics"})
    void whatIsNotThereIsNotFoundAndThePagesAreNamed(String path) throws IOException {
        assertThat(get(path)).startsWith("HTTP/1.1 404 ").contains("/metrics\n/livez\n/readyz\n/things\n");
    }

    @Test
    void aQueryChangesNothing() throws IOException {
        assertThat(get("/livez?verbose=1")).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"})
    void onlyReadingIsAllowed(String method) throws IOException {
        assertThat(ask(method + " /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ")
                .containsIgnoringCase("allow: GET, HEAD\r\n")
                .doesNotContain("smtpgate_things");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz", "/metrics", "/nothing", "/things"})
    void headHasTheHeadersOfGetAndNoBody(String path) throws IOException {
        String full = get(path);
        String head = ask("HEAD " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        assertThat(head).endsWith("\r\n\r\n");
        assertThat(head).isEqualTo(full.substring(0, full.indexOf("\r\n\r\n") + 4));
        assertThat(head.toLowerCase(Locale.ROOT)).contains("content-length:", "content-type:");
    }

    @ParameterizedTest
    @CsvSource({"true, 431", "false, 414"})
    void whatIsTooLongIsRefusedInsteadOfKept(boolean inAHeader, int status) throws IOException {
        String much = "x".repeat(64 * 1024);
        String request = inAHeader
                ? "GET /livez HTTP/1.1\r\nHost: a\r\nX-Much: " + much + "\r\n\r\n"
                : "GET /" + much + " HTTP/1.1\r\nHost: a\r\n\r\n";

        assertThat(ask(request)).matches("(?s)HTTP/1\\.[01] " + status + " .*");
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> Awaits.result(open(port)))
                    .isInstanceOf(BindException.class)
                    .hasMessage("admin: cannot bind 127.0.0.1:" + port + ": Address already in use");
        }
    }

    private String get(String path) throws IOException {
        return ask("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    }

    /** Everything that is answered until the server closes, which it is asked to. */
    private String ask(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST /things/clock/mend, 200",
        "POST /things/watch/mend, 404",
        "POST /things/clock/break, 409",
        "POST /things/clock/burn, 500",
        "GET /things/clock/mend, 405",
        "PUT /things/clock/mend, 405",
        "POST /things/clock/lose, 500",
        "POST /things/clock/sell, 404",
    })
    void whatCanBeDoneIsDoneByPost(String request, int status) throws Exception {
        assertThat(ask(request + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void nothingIsDoneForWhoIsNotAdmitted() throws Exception {
        Awaits.result(server.close());
        server = Awaits.result(open(0, ActionsFrom.NOWHERE));

        assertThat(ask("POST /things/clock/mend HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("see admin.actions");
        assertThat(get("/things")).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @CsvSource({
        "LOOPBACK, 127.0.0.1, true",
        "LOOPBACK, 127.8.9.1, true",
        "LOOPBACK, 0:0:0:0:0:0:0:1, true",
        "LOOPBACK, ::ffff:127.0.0.1, true",
        "LOOPBACK, 10.1.2.3, false",
        "LOOPBACK, fe80::1, false",
        "ANYWHERE, 10.1.2.3, true",
        "NOWHERE, 127.0.0.1, false"
    })
    void whoIsAdmittedIsKnownByTheAddress(ActionsFrom actions, String client, boolean admitted) {
        assertThat(actions.admits(client)).isEqualTo(admitted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: https://evil.example", "Sec-Fetch-Site: cross-site"})
    void noPageOfABrowserMayHaveItDone(String header) throws Exception {
        assertThat(ask("POST /things/clock/mend HTTP/1.1\r\nHost: x\r\n" + header
                        + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");
    }
}
