package org.smtpgate.it.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.auth.User;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SubmittedToken;
import org.smtpgate.it.fixture.GatewaySetup;

/** Tokens of a real Keycloak, which is killed and comes back, before a backend in each of its modes. */
@Timeout(600)
class OAuth2KeycloakTest {
    private static final Origin ORIGIN = new Origin(
            "submission",
            "keycloak",
            SocketAddress.inetSocketAddress(50587, "192.0.2.7"),
            SocketAddress.inetSocketAddress(587, "192.0.2.2"),
            null,
            "client.example",
            1);

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void tokensAreToldApartAndAnOutageIsNobodysFault() throws Exception {
        KeycloakInstallation installation = KeycloakInstallation.find();
        try (KeycloakServer keycloak =
                new KeycloakServer(installation, Files.createDirectory(folder.resolve("data")))) {
            keycloak.start();
            AuthBackend verifying = backend(section(keycloak, "jwt"));
            AuthBackend asking = backend(section(keycloak, "introspection"));
            for (AuthBackend backend : new AuthBackend[] {verifying, asking}) {
                accepted(backend, GatewaySetup.USER, keycloak.token(KeycloakServer.CLIENT));
                accepted(backend, "", keycloak.token(KeycloakServer.CLIENT));
                refused(backend, "bob@example.org", keycloak.token(KeycloakServer.CLIENT));
                refused(backend, GatewaySetup.USER, keycloak.token(KeycloakServer.SOMEBODY_ELSE));
                refusedOnceItHasEnded(backend, keycloak.token(KeycloakServer.SHORT_LIVED));
            }

            String token = keycloak.token(KeycloakServer.CLIENT);
            keycloak.kill();
            accepted(verifying, GatewaySetup.USER, token);
            cannotTell(asking, token);
            AuthBackend withoutKeys = backend(section(keycloak, "jwt"));
            cannotTell(withoutKeys, token);

            keycloak.start();
            String newToken = keycloak.token(KeycloakServer.CLIENT);
            accepted(verifying, GatewaySetup.USER, newToken);
            accepted(asking, GatewaySetup.USER, newToken);
            accepted(withoutKeys, GatewaySetup.USER, newToken);
        }
    }

    private static JsonObject section(KeycloakServer keycloak, String mode) {
        return new JsonObject()
                .put("issuer", keycloak.issuer())
                .put("audience", "smtp")
                .put("mode", mode)
                .put("clock-skew", "0s")
                .put("cache-time", "0s")
                .put("client-id", KeycloakServer.CLIENT)
                .put("client-secret", KeycloakServer.SECRET);
    }

    private AuthBackend backend(JsonObject section) {
        AuthPlugin plugin = ServiceLoader.load(AuthPlugin.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(found -> found.name().equals("oauth2"))
                .findFirst()
                .orElseThrow();
        return plugin.create(new AuthContext(vertx, folder), section);
    }

    /** It is good while it lasts, which no other reason for a refusal would let it be. */
    private static void refusedOnceItHasEnded(AuthBackend backend, String token) {
        accepted(backend, GatewaySetup.USER, token);
        await("its end")
                .atMost(Duration.ofSeconds(40))
                .until(() -> answered(backend, "", token).failed());
        refused(backend, "", token);
    }

    private static void accepted(AuthBackend backend, String name, String token) {
        Future<User> answer = answered(backend, name, token);
        assertThat(answer.cause()).isNull();
        assertThat(answer.result().subject()).isEqualTo(GatewaySetup.USER);
    }

    private static void refused(AuthBackend backend, String name, String token) {
        assertThat(answered(backend, name, token).cause()).isInstanceOf(InvalidCredentialsException.class);
    }

    private static void cannotTell(AuthBackend backend, String token) {
        assertThat(answered(backend, "", token).cause()).isNotNull().isNotInstanceOf(InvalidCredentialsException.class);
    }

    private static Future<User> answered(AuthBackend backend, String name, String token) {
        Future<User> answer = backend.authenticate(new SubmittedToken("", name, token, ORIGIN));
        try {
            answer.otherwiseEmpty().await(30, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer within 30 s", e);
        }
        return answer;
    }
}
