package org.smtpgate.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.app.fixture.ConfigFolder;
import org.smtpgate.proxy.authn.BackendRules;

/** What {@code smtpgate check} does not print. */
class EffectiveConfigSecretsTest {
    @TempDir
    Path temporary;

    private ConfigFolder folder;

    @BeforeEach
    void fillTheFolder() {
        folder = ConfigFolder.in(temporary);
    }

    @Test
    void noSecretIsPrinted() throws Exception {
        GatewayConfig config = folder.config(EffectiveConfigTest.LEAST);
        Map<String, Object> settings = new LinkedHashMap<>();
        List.of("bind-password", "client-secret", "token", "api-key").forEach(key -> settings.put(key, "opensesame"));
        settings.put("nested", Map.of("password", "opensesame"));
        settings.put("headers", Map.of("Authorization", "Bearer opensesame"));
        settings.put("list", List.of(Map.of("password", "opensesame")));
        settings.put("database", "postgresql://gate:opensesame@db.example.org/users");
        settings.put("url", "ldap://directory.example.org");
        settings.put("bind-password-file", "bind.secret");
        settings.put("tls", Map.of("key", "client.key"));
        GatewayConfig secretive = with(config, new GatewayConfig.Backend("ldap", settings, BackendRules.DEFAULTS));

        assertThat(EffectiveConfig.yaml(secretive))
                .doesNotContain("opensesame")
                .contains("bind-password: '***'")
                .contains("database: postgresql://gate:***@db.example.org/users")
                .contains("url: ldap://directory.example.org")
                .contains("bind-password-file: bind.secret", "key: client.key");
    }

    /** A key of an API often stands in the query of its URL. */
    @Test
    void noQueryOfAUrlThatIsAskedIsPrinted() throws Exception {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("url", List.of("http://svc/auth?key=opensesame", "svc:9000/auth?key=opensesame"));
        settings.put("introspection-endpoint", "HTTPS://id.example.org/introspect?apikey=opensesame");
        settings.put("jwks-uri", "https://id.example.org/keys");
        settings.put("pattern", "(a|b)?.+");
        settings.put("database", Map.of("url", "jdbc:postgresql://db/mail?sslmode=verify-full"));
        GatewayConfig config = with(
                folder.config(EffectiveConfigTest.LEAST),
                new GatewayConfig.Backend("http", settings, BackendRules.DEFAULTS));

        assertThat(EffectiveConfig.yaml(config))
                .doesNotContain("opensesame")
                .contains("- http://svc/auth?***", "- svc:9000/auth?***")
                .contains("introspection-endpoint: HTTPS://id.example.org/introspect?***")
                .contains("jwks-uri: https://id.example.org/keys\n")
                .contains("pattern: (a|b)?.+")
                .contains("url: jdbc:postgresql://db/mail?sslmode=verify-full");
    }

    @Test
    void aBackendIsNamedWithoutTheValuesOfItsSettings() throws Exception {
        GatewayConfig config = with(
                folder.config(EffectiveConfigTest.LEAST),
                new GatewayConfig.Backend("ldap", Map.of("bind-password", "opensesame"), BackendRules.DEFAULTS));

        assertThat(config.toString()).doesNotContain("opensesame").contains("ldap", "bind-password");
    }

    private static GatewayConfig with(GatewayConfig config, GatewayConfig.Backend backend) {
        return new GatewayConfig(
                config.listeners(),
                config.routes(),
                Map.of("directory", backend),
                config.failedLogins(),
                config.tokens(),
                config.upstreams(),
                config.admin(),
                config.log(),
                config.profile(),
                config.eventLoops(),
                config.drainDeadline(),
                config.dns());
    }

    @Test
    void noSecretOfATokenSourceIsPrinted() throws Exception {
        GatewayConfig config = folder.config(EffectiveConfigTest.LEAST + """
                tokens:
                  office:
                    source: client-credentials
                    endpoint: https://login.example.org/token?code=opensesame
                    client-id: gate
                    client-secret: opensesame
                    parameters: [ shared-secret=opensesame, resource=mail ]
                  other:
                    source: client-credentials
                    endpoint: https://login.example.org/token
                    client-id: gate
                    client-secret-file: client.secret
                """);

        assertThat(EffectiveConfig.yaml(config))
                .doesNotContain("opensesame")
                .contains("endpoint: https://login.example.org/token?***")
                .contains("shared-secret=***", "resource=mail");
        assertThat(config.toString()).doesNotContain("opensesame");
    }
}
