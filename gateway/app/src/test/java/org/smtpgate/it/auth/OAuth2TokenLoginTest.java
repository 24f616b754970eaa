package org.smtpgate.it.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** Tokens of a real Keycloak, sent by XOAUTH2 and OAUTHBEARER, while it is there, away, and back. */
@Timeout(600)
class OAuth2TokenLoginTest {
    private static final List<String> MECHANISMS = List.of("XOAUTH2", "OAUTHBEARER");
    private static final Duration PATIENCE = Duration.ofSeconds(28);

    @TempDir
    private Path folder;

    @Test
    void aProviderThatGoesAwayAndComesBackEndsNoSession() throws Exception {
        KeycloakInstallation installation = KeycloakInstallation.find();
        try (KeycloakServer keycloak = new KeycloakServer(installation, Files.createDirectory(folder.resolve("data")));
                ScriptedUpstream upstream = ScriptedUpstream.start()) {
            keycloak.start();
            try (GatewayProcess verifying = gateway(keycloak, upstream, "jwt");
                    GatewayProcess asking = gateway(keycloak, upstream, "introspection")) {
                logins(keycloak, verifying);
                logins(keycloak, asking);
                outage(keycloak, verifying, asking);
                assertThat(verifying.output() + asking.output()).doesNotContain("has been blocked for");
            }
            assertThat(upstream.messages()).hasSize(7);
        }
    }

    private static void logins(KeycloakServer keycloak, GatewayProcess gateway) throws Exception {
        for (String mechanism : MECHANISMS) {
            try (SmtpClient client = connected(gateway)) {
                assertThat(login(client, mechanism, keycloak.token(KeycloakServer.SOMEBODY_ELSE)))
                        .isEqualTo(535);
                assertThat(login(client, mechanism, keycloak.token(KeycloakServer.CLIENT)))
                        .isEqualTo(235);
                mail(client);
            }
        }
    }

    private void outage(KeycloakServer keycloak, GatewayProcess verifying, GatewayProcess asking) throws Exception {
        String token = keycloak.token(KeycloakServer.CLIENT);
        keycloak.kill();
        try (SmtpClient verified = connected(verifying);
                SmtpClient asked = connected(asking);
                ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess withoutKeys = gateway(keycloak, upstream, "jwt");
                SmtpClient unknown = connected(withoutKeys)) {
            assertThat(login(verified, "XOAUTH2", token)).isEqualTo(235);
            mail(verified);
            assertThat(login(asked, "XOAUTH2", token)).isEqualTo(454);
            assertThat(login(unknown, "OAUTHBEARER", token)).isEqualTo(454);

            keycloak.start();
            String newToken = keycloak.token(KeycloakServer.CLIENT);
            await("a login").atMost(Duration.ofSeconds(60)).until(() -> login(asked, "XOAUTH2", newToken) == 235);
            mail(asked);
            await("a login").atMost(Duration.ofSeconds(60)).until(() -> login(unknown, "OAUTHBEARER", newToken) == 235);
            Confidant.of(asking).keeps(GatewaySetup.USER, token, newToken);
        }
        try (SmtpClient again = connected(verifying)) {
            assertThat(login(again, "OAUTHBEARER", keycloak.token(KeycloakServer.CLIENT)))
                    .isEqualTo(235);
            mail(again);
        }
    }

    private GatewayProcess gateway(KeycloakServer keycloak, ScriptedUpstream upstream, String mode) throws Exception {
        return GatewaySetup.before(upstream.port(), Files.createTempDirectory(folder, mode))
                .backend("{ plugin: oauth2, mode: " + mode + ", issuer: \"" + keycloak.issuer()
                        + "\", audience: smtp, cache-time: 0s, client-id: " + KeycloakServer.CLIENT
                        + ", client-secret: \"" + KeycloakServer.SECRET + "\" }")
                .config("log: { format: text, level: trace }")
                .start();
    }

    private static SmtpClient connected(GatewayProcess gateway) {
        SmtpClient client = SmtpClient.connectTls(gateway.implicitPort()).timeout(PATIENCE);
        client.greet();
        client.ehlo();
        return client;
    }

    private static int login(SmtpClient client, String mechanism, String token) {
        return BearerLogin.code(client, mechanism, GatewaySetup.USER, token);
    }

    private static void mail(SmtpClient client) {
        client.transaction("a@example.org", "b@example.org", "Subject: x\n\nHello\n")
                .expect(250);
    }
}
