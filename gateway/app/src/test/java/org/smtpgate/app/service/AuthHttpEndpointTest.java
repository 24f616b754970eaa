package org.smtpgate.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.app.config.AdminSettings;
import org.smtpgate.app.config.AdminSettings.ActionsFrom;
import org.smtpgate.app.config.AuthHttpSettings;
import org.smtpgate.app.config.HostAndPort;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.proxy.authn.Authenticator;
import org.smtpgate.proxy.authn.BackendRules;
import org.smtpgate.proxy.authn.GuardedBackend;
import org.smtpgate.proxy.guessing.Allowance;
import org.smtpgate.proxy.guessing.Guesses;
import org.smtpgate.proxy.guessing.GuessingSettings;
import org.smtpgate.proxy.guessing.LocalBuckets;
import org.smtpgate.proxy.metrics.AuthMeters;
import org.smtpgate.proxy.metrics.BackendMeters;
import org.smtpgate.proxy.metrics.GuessingMeters;
import org.smtpgate.sasl.CredentialKind;
import org.smtpgate.testkit.auth.LogCapture;

/** Logins that are asked about over HTTP, octet for octet. */
@Timeout(60)
class AuthHttpEndpointTest {
    private static final int TIMEOUT_MS = 10_000;
    private static final String PASSWORD = "correct Horse-7 battery";
    private static final String ESCAPED = "correct%20Horse-7%20battery";

    private final Vertx vertx = Vertx.vertx();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<SubmittedPassword> submitted = new CopyOnWriteArrayList<>();
    private AdminServer server;

    @BeforeEach
    void start() throws Exception {
        AuthBackend backend = new AuthBackend() {
            @Override
            public Set<CredentialKind> accepts() {
                return Set.of(CredentialKind.PASSWORD);
            }

            @Override
            public Future<User> authenticate(Credentials credentials) {
                SubmittedPassword password = (SubmittedPassword) credentials;
                submitted.add(password);
                return switch (password.username()) {
                    case "away" -> Future.failedFuture("it is away");
                    case "alias" -> Future.succeededFuture(User.fromName("jürgen"));
                    case "odd" -> Future.succeededFuture(User.fromName("a\r\nAuth-Status: OK"));
                    default ->
                        password.getPassword().equals(PASSWORD)
                                ? Future.succeededFuture(User.fromName(password.username()))
                                : Future.failedFuture(new InvalidCredentialsException());
                };
            }

            @Override
            public Future<Void> close() {
                return Future.succeededFuture();
            }
        };
        List<AuthHttpSettings> paths = List.of(
                path("/auth/staff", ActionsFrom.LOOPBACK, ""),
                path("/auth/nowhere", ActionsFrom.NOWHERE, ""),
                path("/auth/secret", ActionsFrom.ANYWHERE, "s3cr3t"));
        AdminSettings settings = new AdminSettings(new HostAndPort("127.0.0.1", 0), ActionsFrom.LOOPBACK, paths);
        AdminActions none = new AdminActions("/things", List.of(), (name, action) -> {
            throw new NoSuchElementException();
        });
        server = Awaits.result(new AdminServer(
                        vertx,
                        settings,
                        registry,
                        () -> true,
                        List.of(),
                        none,
                        paths.stream().map(path -> endpoint(path, backend)).toList())
                .open());
    }

    @AfterEach
    void stop() throws Exception {
        Awaits.result(server.close());
        Awaits.result(vertx.close());
    }

    @Test
    void theRightPasswordLeadsToTheServer() throws Exception {
        assertThat(ask("/auth/staff", "anna", ESCAPED, ""))
                .startsWith("http/1.0 200 ok\r\n")
                .contains("\r\nauth-status: ok\r\nauth-server: 10.0.0.5\r\nauth-port: 10025\r\n")
                .doesNotContain("auth-user", "auth-wait", "auth-error-code");
        assertThat(submitted.get(0).origin().address()).isEqualTo("192.0.2.7");
        assertThat(submitted.get(0).origin().listener()).isEqualTo("/auth/staff");
        assertThat(submitted.get(0).origin().tls().protocol()).isEqualTo("TLSv1.3");
    }

    @Test
    void whatIsEscapedArrivesAsItWas() throws Exception {
        ask("/auth/staff", "j\u00c3\u00bcr%20gen%25", "%0A%+%4", "");

        assertThat(submitted.get(0).username()).isEqualTo("jür gen%");
        assertThat(submitted.get(0).getPassword()).isEqualTo("\n%+%4");
    }

    @Test
    void anotherNameOfTheUserIsToldUnescaped() throws Exception {
        assertThat(ask("/auth/staff", "alias", "x", ""))
                .contains("\r\nauth-user: j\u00c3\u00bcrgen\r\n".toLowerCase(Locale.ROOT));
    }

    @Test
    void aNameThatWouldBreakTheHeadersIsNotTold() throws Exception {
        assertThat(ask("/auth/staff", "odd", "x", ""))
                .contains("\r\nauth-status: temporary authentication failure\r\nauth-error-code: 454 4.7.0\r\n")
                .doesNotContain("auth-status: ok");
    }

    @Test
    void aWrongPasswordIsRefusedAndTheThirdEndsTheSession() throws Exception {
        String refused = "\r\nauth-status: authentication credentials invalid\r\nauth-error-code: 535 5.7.8\r\n";

        assertThat(ask("/auth/staff", "anna", "wrong", "Auth-Login-Attempt: 2\r\n"))
                .contains(refused + "auth-wait: 1\r\n");
        assertThat(ask("/auth/staff", "anna", "wrong", "Auth-Login-Attempt: 3\r\n"))
                .contains(refused)
                .doesNotContain("auth-wait");
        assertThat(registry.scrape())
                .contains("smtpgate_auth_attempts_total{backend=\"staff\",listener=\"/auth/staff\",mechanism=\"PLAIN\","
                        + "outcome=\"rejected\"} 2.0");
    }

    @Test
    void nobodyIsToldThatAPasswordIsWrongWhenNobodyCanTell() throws Exception {
        assertThat(ask("/auth/staff", "away", "x", ""))
                .contains(
                        "\r\nauth-status: temporary authentication failure\r\nauth-error-code: 454 4.7.0\r\nauth-wait: 1\r\n");
    }

    @Test
    void anEmptyPasswordOrOneWithNulIsRefusedUnasked() throws Exception {
        assertThat(ask("/auth/staff", "anna", "", "")).contains("535 5.7.8");
        assertThat(ask("/auth/staff", "anna", ESCAPED + "%00", "")).contains("535 5.7.8");
        assertThat(ask("/auth/staff", "", "x", "")).contains("501 5.5.2");
        assertThat(submitted).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cram-md5", "external", "none", "apop", ""})
    void otherMechanismsAreRefused(String method) throws Exception {
        assertThat(get(
                        "/auth/staff",
                        "Auth-Method: " + method + "\r\nAuth-User: anna\r\nAuth-Pass: " + ESCAPED + "\r\n"))
                .contains("auth-error-code: 504 5.5.4")
                .doesNotContain("auth-status: ok");
        assertThat(submitted).isEmpty();
    }

    @Test
    void whoMayNotAskIsToldNothing() throws Exception {
        for (String request : List.of(
                ask("/auth/nowhere", "anna", ESCAPED, ""),
                ask("/auth/secret", "anna", ESCAPED, ""),
                ask("/auth/secret", "anna", ESCAPED, "X-Auth-Key: s3cr3\r\n"))) {
            assertThat(request).startsWith("http/1.0 403 ").doesNotContain("auth-status");
        }
        assertThat(submitted).isEmpty();
        assertThat(ask("/auth/secret", "anna", ESCAPED, "X-Auth-Key: s3cr3t\r\n"))
                .contains("auth-status: ok");
        assertThat(send("POST /auth/staff HTTP/1.0\r\nContent-Length: 0\r\n\r\n"))
                .startsWith("http/1.0 405 ");
    }

    @Test
    void whoGuessesTooOftenIsToldToGoAndNobodyIsAsked() throws Exception {
        for (int failure = 0; failure < 3; failure++) {
            assertThat(ask("/auth/staff", "anna", "wrong", "")).contains("535 5.7.8");
        }
        int asked = submitted.size();

        assertThat(ask("/auth/staff", "anna", ESCAPED, ""))
                .contains("\r\nauth-status: too many failed logins, try again later\r\nauth-error-code: 421 4.7.0\r\n")
                .doesNotContain("auth-wait");
        assertThat(submitted).hasSize(asked);
    }

    @Test
    void noPasswordIsLogged() throws Exception {
        try (LogCapture log = LogCapture.start()) {
            ask("/auth/staff", "anna", "Zq9-wrong%20battery", "");
            ask("/auth/staff", "away", "Zq9-wrong%20battery", "");

            assertThat(log.text()).contains("client=192.0.2.7 login=anna").doesNotContain("Zq9-wrong");
        }
    }

    private AuthHttpEndpoint endpoint(AuthHttpSettings path, AuthBackend backend) {
        GuardedBackend guarded =
                new GuardedBackend("staff", backend, BackendRules.DEFAULTS, new BackendMeters(registry, "staff"));
        Guesses guesses = new Guesses(guessing(), new LocalBuckets(), new GuessingMeters(registry));
        AuthHttpEndpoint endpoint = new AuthHttpEndpoint(path);
        endpoint.open(new Authenticator(
                List.of(guarded),
                Duration.ofSeconds(20),
                guesses,
                "gate.example.org",
                List.of(),
                new AuthMeters(registry, path.path())));
        return endpoint;
    }

    /** The third failure of a login is its last. */
    private static GuessingSettings guessing() {
        Allowance plenty = new Allowance(1_000, Duration.ofMinutes(1));
        Allowance few = new Allowance(3, Duration.ofMinutes(1));
        Duration delay = Duration.ofMillis(100);
        return new GuessingSettings(plenty, plenty, few, 24, 64, delay, delay, List.of());
    }

    private static AuthHttpSettings path(String path, ActionsFrom from, String secret) {
        return new AuthHttpSettings(
                path, List.of("staff"), new HostAndPort("10.0.0.5", 10_025), from, secret, Path.of("secret"));
    }

    private String ask(String path, String user, String password, String more) throws IOException {
        return get(
                path,
                "Auth-Method: plain\r\nAuth-User: " + user + "\r\nAuth-Pass: " + password
                        + "\r\nAuth-Protocol: smtp\r\nClient-IP: 192.0.2.7\r\nClient-Host: [UNAVAILABLE]\r\n"
                        + "Auth-SSL: on\r\nAuth-SSL-Protocol: TLSv1.3\r\nAuth-SSL-Cipher: TLS_AES_256_GCM_SHA384\r\n"
                        + more);
    }

    private String get(String path, String headers) throws IOException {
        return send("GET " + path + " HTTP/1.0\r\nHost: 127.0.0.1\r\n" + headers + "\r\n");
    }

    /** Everything that is answered until the server closes, in lower case. */
    private String send(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)
                    .toLowerCase(Locale.ROOT);
        }
    }
}
