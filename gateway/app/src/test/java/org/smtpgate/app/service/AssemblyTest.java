package org.smtpgate.app.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.app.config.ConfigException;
import org.smtpgate.app.config.ConfigFile;
import org.smtpgate.app.fixture.ConfigFolder;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.sasl.CredentialKind;

/** What is left open behind a configuration that is no good: nothing. */
class AssemblyTest {
    @TempDir
    private Path temporary;

    private final Set<String> open = new TreeSet<>();
    private Vertx vertx;

    @BeforeEach
    void begin() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void end() throws Exception {
        Awaits.result(vertx.close());
    }

    @Test
    void whatAPluginThrowsUnforeseenLeavesNoBackendOpen() {
        ConfigFile.Opened opened = opened("""
                auth:
                  first: { plugin: good }
                  second: { plugin: broken }
                """);

        assertThatThrownBy(() -> Assembly.of(vertx, opened, plugins()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("unforeseen");
        assertThat(open).isEmpty();
    }

    @Test
    void aMistakeLeavesNoBackendOpen() {
        ConfigFile.Opened opened = opened("""
                auth:
                  first: { plugin: good }
                  second: { plugin: nowhere }
                """);

        assertThatThrownBy(() -> Assembly.of(vertx, opened, plugins())).isInstanceOf(ConfigException.class);
        assertThat(open).isEmpty();
    }

    @Test
    void theBackendsOfAGoodConfigurationAreOpenUntilTheyAreClosed() throws Exception {
        Assembly assembly = Assembly.of(vertx, opened("auth: { first: { plugin: good } }"), plugins());

        assertThat(open).hasSize(1);
        Awaits.result(assembly.close());
        assertThat(open).isEmpty();
    }

    private ConfigFile.Opened opened(String auth) {
        Path file = new ConfigFolder(temporary).file("smtpgate.yaml", """
                listeners:
                  - { name: submission, address: "127.0.0.1:2587", route: legacy }
                upstreams:
                  legacy: { endpoints: [ "10.0.0.5:25" ] }
                """ + auth);
        return ConfigFile.open(file, name -> null);
    }

    private Map<String, AuthPlugin> plugins() {
        return Map.of("good", new Good(), "broken", new Broken());
    }

    private final class Good implements AuthPlugin {
        @Override
        public String name() {
            return "good";
        }

        @Override
        public AuthBackend create(AuthContext context, JsonObject settings) {
            open.add(name());
            return new Backend();
        }
    }

    private static final class Broken implements AuthPlugin {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public AuthBackend create(AuthContext context, JsonObject settings) {
            throw new IllegalStateException("unforeseen");
        }
    }

    private final class Backend implements AuthBackend {
        @Override
        public Set<CredentialKind> accepts() {
            return Set.of(CredentialKind.PASSWORD);
        }

        @Override
        public Future<User> authenticate(Credentials credentials) {
            return Future.failedFuture("nobody asks");
        }

        @Override
        public Future<Void> close() {
            open.remove("good");
            return Future.succeededFuture();
        }
    }
}
