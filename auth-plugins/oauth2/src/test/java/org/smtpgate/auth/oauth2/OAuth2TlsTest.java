package org.smtpgate.auth.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.auth.oauth2.ProviderScene.LOGIN;
import static org.smtpgate.auth.oauth2.ProviderScene.accepted;
import static org.smtpgate.auth.oauth2.ProviderScene.unknown;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.TestIdentity;
import org.smtpgate.testkit.oauth.OpenIdProvider;

/** A provider is believed only when its certificate is by an authority that is trusted, and for its name. */
@Timeout(60)
class OAuth2TlsTest {
    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void aProviderOfATrustedAuthorityIsBelieved() throws Exception {
        Files.writeString(folder.resolve("authority.crt"), TestCertificates.authorityPem());
        JsonObject trust = new JsonObject().put("trust", "authority.crt");

        try (OpenIdProvider provider = provider(TestCertificates.server())) {
            accepted(backend(Sections.of(provider).put("tls", trust)), provider.token(LOGIN));
        }
        try (OpenIdProvider provider = provider(TestCertificates.wrongHost())) {
            unknown(backend(Sections.of(provider).put("tls", trust)), provider.token(LOGIN));
            assertThat(provider.asked(OpenIdProvider.METADATA)).isZero();
        }
    }

    @Test
    void anAuthorityThatNobodyNamedIsNotTrusted() {
        try (OpenIdProvider provider = provider(TestCertificates.server())) {
            unknown(backend(Sections.of(provider)), provider.token(LOGIN));
            assertThat(provider.asked(OpenIdProvider.METADATA)).isZero();
        }
    }

    @Test
    void questionsShareAConnection() throws Exception {
        Files.writeString(folder.resolve("authority.crt"), TestCertificates.authorityPem());
        try (OpenIdProvider provider =
                provider(TestCertificates.server()).client(Sections.CLIENT_ID, Sections.CLIENT_SECRET)) {
            OAuth2Backend backend = backend(Sections.introspecting(provider)
                    .put("cache-time", "0s")
                    .put("tls", new JsonObject().put("trust", "authority.crt")));
            for (int login = 0; login < 5; login++) {
                accepted(backend, provider.token(LOGIN));
            }

            assertThat(provider.asked(OpenIdProvider.INTROSPECTION)).isEqualTo(5);
            assertThat(provider.peers()).hasSize(1);
        }
    }

    private static OpenIdProvider provider(TestIdentity identity) {
        return OpenIdProvider.startTls(identity, Clock.systemUTC());
    }

    private OAuth2Backend backend(JsonObject section) {
        return (OAuth2Backend) new OAuth2Plugin().create(new AuthContext(vertx, folder), section);
    }
}
