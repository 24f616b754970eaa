package org.smtpgate.it.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.auth.User;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SubmittedCertificate;
import org.smtpgate.auth.SubmittedCredentials;
import org.smtpgate.auth.SubmittedDigest;
import org.smtpgate.auth.Tls;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.TestIdentity;

/**
 * An {@code auth_http} service cannot tell the gateway from nginx: both are said the same by their clients, and it gets the
 * same octets from both.
 */
@Timeout(120)
class AuthHttpRequestsTest {
    private static final String REFUSED = "HTTP/1.0 200 OK\r\nAuth-Status: No\r\nAuth-Wait: 1\r\n\r\n";
    private static final Pattern SALT = Pattern.compile("\r\nAuth-Salt: (<[^>]+>)\r\n");
    private static final String DIGEST = "0123456789abcdef0123456789abcdef";

    @TempDir
    private static Path folder;

    private static AuthHttpScene scene;

    @BeforeAll
    static void start() throws Exception {
        scene = new AuthHttpScene(folder);
        scene.answer(request -> REFUSED);
    }

    @AfterAll
    static void stop() throws Exception {
        scene.close();
    }

    static Stream<Named<Consumer<SmtpClient>>> logins() {
        return Stream.of(
                login("PLAIN", client -> AuthHttpScene.say(client, "AUTH PLAIN " + plain("anna", "pass"))),
                login("PLAIN in two lines", client -> AuthHttpScene.say(client, "AUTH PLAIN", "\0anna\0pass")),
                login("LOGIN", client -> AuthHttpScene.say(client, "AUTH LOGIN", "anna", "pass")),
                login(
                        "LOGIN in two lines",
                        client -> AuthHttpScene.say(client, "AUTH LOGIN " + AuthHttpScene.base64("anna"), "pass")),
                login(
                        "what is escaped",
                        client -> AuthHttpScene.say(
                                client, "AUTH PLAIN " + plain("jür gen%41@example.org", "100% +&=:\"ß 🔑"))),
                login(
                        "long ones",
                        client -> AuthHttpScene.say(client, "AUTH PLAIN " + plain("u".repeat(200), "p w".repeat(60)))),
                login("two in one session", client -> {
                    AuthHttpScene.say(client, "AUTH PLAIN " + plain("anna", "first"));
                    AuthHttpScene.say(client, "AUTH LOGIN", "anna", "second");
                }));
    }

    @ParameterizedTest
    @MethodSource("logins")
    void withoutTls(Consumer<SmtpClient> login) {
        assertThat(sent(() -> AuthHttpScene.plain(scene.gatewayPlain), login))
                .isNotEmpty()
                .isEqualTo(sent(() -> AuthHttpScene.plain(scene.nginxPlain), login))
                .allSatisfy(request -> assertThat(request)
                        .startsWith("GET /auth?from=mail HTTP/1.0\r\nHost: 127.0.0.1\r\nAuth-Method: plain\r\n"));
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3", "TLSv1.2"})
    void withTls(String version) {
        Consumer<SmtpClient> login = client -> AuthHttpScene.say(client, "AUTH PLAIN " + plain("anna", "pass"));

        assertThat(sent(() -> AuthHttpScene.tls(scene.gatewayTls, version), login))
                .hasSize(1)
                .isEqualTo(sent(() -> AuthHttpScene.tls(scene.nginxTls, version), login))
                .allSatisfy(
                        request -> assertThat(request).contains("\r\nAuth-SSL: on\r\nAuth-SSL-Protocol: " + version));
    }

    /** The backend gets the challenge and the digest that nginx had: those that it makes itself are others each time. */
    @Test
    void cramMd5() {
        String sent = sent(
                        () -> AuthHttpScene.plain(scene.nginxPlain),
                        client -> AuthHttpScene.say(client, "AUTH CRAM-MD5", "anna " + DIGEST))
                .get(0);
        Matcher salt = SALT.matcher(sent);
        assertThat(salt.find()).isTrue();

        assertThat(sentByBackend(new JsonObject(), new SubmittedDigest("anna", salt.group(1), DIGEST, origin(null))))
                .containsExactly(sent);
    }

    @Test
    void externalWithoutACertificate() {
        String sent = sent(
                        () -> AuthHttpScene.tls(scene.nginxCertificates, "TLSv1.3"),
                        client -> AuthHttpScene.say(client, "AUTH EXTERNAL " + AuthHttpScene.base64("anna")))
                .get(0);

        assertThat(sentByBackend(
                        new JsonObject().put("ssl-verify-client", true),
                        new SubmittedCertificate("anna", origin(new Tls("TLSv1.3", cipher("TLSv1.3"), null)))))
                .containsExactly(sent);
        assertThat(sent).contains("\r\nAuth-SSL-Verify: NONE\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "anna",
                "jürgen =#,OU=\\#x \\+ y\\, \\\"z\\\" \\<a\\>\\;=#,E=a@b.example,SERIALNUMBER=7",
                "a\\\\b,O=Über & Söhne,DC=example,UID=x,GIVENNAME=y,SURNAME=z,2.5.4.9=Way 1,1.2.3.4.5=unknown"
            })
    void aClientsCertificate(String name) {
        TestIdentity identity = TestCertificates.client(name);
        String sent = sent(
                        () -> AuthHttpScene.tls(scene.nginxCertificates, identity.serverContext(), "TLSv1.2"),
                        client -> AuthHttpScene.say(client, "AUTH EXTERNAL", ""))
                .get(0);

        assertThat(sentByBackend(
                        new JsonObject().put("pass-client-cert", true),
                        new SubmittedCertificate(
                                "", origin(new Tls("TLSv1.2", cipher("TLSv1.2"), identity.certificate())))))
                .containsExactly(sent);
        assertThat(sent).contains("\r\nAuth-SSL-Verify: SUCCESS\r\n", "\r\nAuth-SSL-Cert: -----BEGIN%20CERT");
    }

    private static List<String> sent(Supplier<SmtpClient> connect, Consumer<SmtpClient> login) {
        return scene.requests(() -> {
            try (SmtpClient client = connect.get()) {
                login.accept(client);
            }
        });
    }

    private static List<String> sentByBackend(JsonObject settings, SubmittedCredentials credentials) {
        AuthBackend backend = scene.backend(
                settings.put("credentials", new JsonArray().add("digest").add("external")));
        return scene.requests(() -> {
            Promise<User> answer = Promise.promise();
            scene.vertx().runOnContext(turn -> backend.authenticate(credentials).onComplete(answer));
            try {
                answer.future().otherwiseEmpty().await(20, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                throw new AssertionError("no answer", e);
            }
        });
    }

    /** What nginx agrees on with Java's client. */
    private static String cipher(String version) {
        try (SmtpClient client = AuthHttpScene.tls(scene.nginxCertificates, version)) {
            return client.tlsSession().getCipherSuite();
        }
    }

    private static Origin origin(Tls tls) {
        SocketAddress here = SocketAddress.inetSocketAddress(1, "127.0.0.1");
        return new Origin("submission", "s", here, here, tls, "client.test", 1);
    }

    private static Named<Consumer<SmtpClient>> login(String name, Consumer<SmtpClient> login) {
        return Named.of(name, login);
    }

    private static String plain(String user, String password) {
        return AuthHttpScene.base64("\0" + user + "\0" + password);
    }
}
