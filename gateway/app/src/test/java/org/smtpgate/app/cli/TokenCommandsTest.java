package org.smtpgate.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.app.fixture.CommandRun;
import org.smtpgate.app.fixture.ConfigFolder;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.Product;
import org.smtpgate.oauth2.RefreshTokens;
import org.smtpgate.oauth2.StoreKey;

/** A key is made and refresh tokens are stored, and of neither is a word said. */
class TokenCommandsTest {
    private static final String TOKEN = "0.AXEA-refresh_token~of.alice";

    @TempDir
    Path temporary;

    private Path config;

    @BeforeEach
    void writeTheConfiguration() {
        config = ConfigFolder.in(temporary).file("smtpgate.yaml", """
                listeners:
                  - { name: submission, address: "127.0.0.1:0", route: legacy }
                tokens:
                  users:
                    source: refresh-token
                    endpoint: https://login.example.org/token
                    client-id: gate
                    store: tokens
                    store-key: tokens.key
                  shared:
                    source: refresh-token
                    endpoint: https://login.example.org/token
                    client-id: gate
                    account: box@example.org
                    store: shared
                    store-key: tokens.key
                  office:
                    source: client-credentials
                    endpoint: https://login.example.org/token
                    client-id: gate
                    client-secret-file: client.secret
                upstreams:
                  legacy: { endpoints: [ "10.0.0.5:25" ] }
                """);
    }

    @Test
    void aNewKeyIsForItsOwnerAloneAndNeverReplaced() throws Exception {
        Path key = temporary.resolve("new.key");

        CommandRun first = CommandRun.of("token", "new-key", key.toString());
        byte[] written = Files.readAllBytes(key);
        CommandRun second = CommandRun.of("token", "new-key", key.toString());

        assertThat(first).isEqualTo(new CommandRun(0, "", ""));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(StoreKey.of(written)).isPresent();
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.err()).contains("exists; a key that tokens are stored with is not replaced");
        assertThat(key).hasBinaryContent(written);
    }

    @Test
    void aRefreshTokenIsStoredEncryptedForItsLogin() throws Exception {
        CommandRun run = store(TOKEN + "\n", "users", "alice");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("stored in " + temporary.resolve("tokens") + System.lineSeparator());
        RefreshTokens stored = new RefreshTokens(temporary.resolve("tokens"), storeKey());
        assertThat(stored.read("alice")).contains(TOKEN);
        assertThat(stored.read("bob")).isEmpty();
        try (Stream<Path> files = Files.list(temporary.resolve("tokens"))) {
            assertThat(files.toList()).singleElement().satisfies(file -> {
                assertThat(Files.readString(file)).doesNotContain(TOKEN);
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            });
        }
    }

    @Test
    void aLaterOneReplacesIt() throws Exception {
        store("old", "shared", "box@example.org");
        store("new", "shared", "box@example.org");

        assertThat(new RefreshTokens(temporary.resolve("shared"), storeKey()).read("box@example.org"))
                .contains("new");
    }

    @ParameterizedTest
    @CsvSource({
        "nobody, alice, 'there is no token source nobody; there are: users, shared, office'",
        "office, alice, 'the token source office stores none: it is not of source: refresh-token'",
        "shared, alice, 'the token source shared uses the token of box@example.org alone, for every login'",
        "users, '', the login must not be empty"
    })
    void whatNoGatewayWouldReadIsNotStored(String tokens, String login, String message) {
        CommandRun run = store(TOKEN, tokens, login);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(message).doesNotContain(TOKEN);
        assertThat(temporary.resolve("tokens")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "two\twords\n", "\u00fc\n"})
    void whatIsNoRefreshTokenIsRefusedAndNotEchoed(String input) {
        CommandRun run = store(input, "users", "alice");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("a refresh token is one line of printable ASCII, and not empty");
        assertThat(run.err()).doesNotContain("words", "\u00fc");
    }

    @Test
    void aRefreshTokenIsNoArgument() {
        CommandRun run = CommandRun.of(
                "token", "store", "--config", config.toString(), "--tokens", "users", "--login", "alice", TOKEN);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("Unmatched argument");
    }

    @Test
    void aWrongConfigurationIsToldAsByCheck() throws Exception {
        Files.writeString(config, "speed: 5\n");

        assertThat(store(TOKEN, "users", "alice").err()).contains("smtpgate.yaml:1: speed: unknown key");
    }

    @Test
    void aRefreshTokenIsReadFromAPipe() throws Exception {
        Path input = Files.writeString(temporary.resolve("input"), TOKEN + "\n");

        Execution run = Execution.reading(
                input,
                Product.command(List.of(), "token", "store", "-c", config.toString(), "-t", "users", "-l", "alice")
                        .toArray(String[]::new));

        assertThat(run.succeeded().output()).startsWith("stored in ").doesNotContain(TOKEN);
    }

    @Test
    void withoutASubcommandTheHelpIsOnStandardError() {
        CommandRun run = CommandRun.of("token");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Usage: smtpgate token", "new-key", "store");
    }

    private CommandRun store(String input, String tokens, String login) {
        return CommandRun.reading(
                input, "token", "store", "--config", config.toString(), "--tokens", tokens, "--login", login);
    }

    private StoreKey storeKey() throws IOException {
        return StoreKey.of(Files.readAllBytes(temporary.resolve("tokens.key"))).orElseThrow();
    }
}
