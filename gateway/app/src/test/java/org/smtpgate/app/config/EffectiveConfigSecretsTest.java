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
        GatewayConfig secretive = new GatewayConfig(
                config.listeners(),
                config.routes(),
                Map.of("directory", new GatewayConfig.Backend("ldap", settings, BackendRules.DEFAULTS)),
                config.failedLogins(),
                config.tokens(),
                config.upstreams(),
                config.admin(),
                config.log(),
                config.profile(),
                config.eventLoops(),
                config.drainDeadline(),
                config.dns());

        assertThat(EffectiveConfig.yaml(secretive))
                .doesNotContain("opensesame")
                .contains("bind-password: '***'")
                .contains("database: postgresql://gate:***@db.example.org/users")
                .contains("url: ldap://directory.example.org")
                .contains("bind-password-file: bind.secret", "key: client.key");
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
