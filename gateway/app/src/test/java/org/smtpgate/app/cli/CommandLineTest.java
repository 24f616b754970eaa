package org.smtpgate.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.app.fixture.CommandRun;
import org.smtpgate.app.fixture.ConfigFolder;
import org.smtpgate.app.service.AuthPlugins;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.Product;

/** What the command line says, and with which code it exits: 0 well, 1 could not, 2 wrong. */
class CommandLineTest {
    private static final String PASSWORD = "opensesame-\u00fc";
    private static final Pattern STACK_TRACE = Pattern.compile("\\bat [a-z]+\\.|Exception");

    @TempDir
    Path temporary;

    private ConfigFolder folder;

    @BeforeEach
    void fillTheFolder() {
        folder = ConfigFolder.in(temporary);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"run", "check", "demo", "hash-password", "token", "token new-key", "token store", "version"})
    void theHelpOfEachSubcommandHasAnExample(String subcommand) {
        CommandRun run = CommandRun.of((subcommand + " --help").split(" "));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("Usage: smtpgate " + subcommand)
                .containsPattern("Examples?:\\R  smtpgate " + subcommand)
                .doesNotContain("DEFAULT-VALUE");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void theHelpOfTheProgramNamesEverySubcommandAndExitCode() {
        assertThat(CommandRun.of("--help").out())
                .contains(
                        "run",
                        "check",
                        "demo",
                        "hash-password",
                        "token",
                        "version",
                        "Exit codes: 0",
                        "1 it could not",
                        "2 wrong");
    }

    @Test
    void withoutASubcommandTheHelpIsOnStandardError() {
        CommandRun run = CommandRun.of();

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Usage: smtpgate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "--version", "demo --version", "token store --version"})
    void theVersionIsTold(String arguments) {
        CommandRun run = CommandRun.of(arguments.split(" "));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("smtpgate ", "Java " + Runtime.version());
    }

    @ParameterizedTest
    @CsvSource({
        "--speed, Unknown option: '--speed'",
        "check --config x --speed, Unknown option: '--speed'",
        "check, Missing required option: '--config=FILE'",
        "run, Missing required option: '--config=FILE'",
        "serve, Unmatched argument at index 0: 'serve'",
        "demo --admin-port x, Invalid value for option '--admin-port'",
        "hash-password secret, Unmatched argument at index 1",
    })
    void aWrongCommandLineExitsWithTwoAndShowsTheUsage(String arguments, String message) {
        CommandRun run = CommandRun.of(arguments.split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains(message)
                .containsAnyOf("Usage: smtpgate", "Did you mean")
                .doesNotContainPattern(STACK_TRACE);
    }

    @Test
    void checkPrintsTheEffectiveConfigurationAndNothingElse() {
        CommandRun run = CommandRun.of("check", "--config", good(0).toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("listeners:\n- name: submission\n").contains("drain-deadline: 30s");
    }

    @Test
    void checkWarnsOfACertificateThatHasExpiredButTakesIt() {
        String yaml = """
                listeners:
                  - name: submission
                    address: 127.0.0.1:2525
                    tls: { mode: implicit, certificate: expired.crt, key: expired.key }
                    route: legacy
                upstreams:
                  legacy: { endpoints: [ "10.0.0.5:25" ] }
                """;

        CommandRun run = CommandRun.of(
                "check", "--config", folder.file("smtpgate.yaml", yaml).toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err())
                .startsWith("warning: smtpgate.yaml:4: listeners[0].tls.certificate: the certificate in ")
                .contains(" expired on ", "; renew it");
    }

    @Test
    void checkTellsEveryMistakeOnALineOfItsOwnAndExitsWithTwo() {
        Path file = folder.file("smtpgate.yaml", "listeners: no\nspeed: 5\n");

        CommandRun run = CommandRun.of("check", "--config", file.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(3).allMatch(line -> line.matches("smtpgate\\.yaml:\\d+: [a-z.-]+: .+"));
    }

    /** The port is taken: who tried to bind it would say so. */
    @Test
    void aWrongConfigurationEndsARunBeforeAnyPortIsOpened() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path file = good(taken.getLocalPort());
            folder.file("smtpgate.yaml", Files.readString(file) + "speed: 5\n");

            CommandRun run = CommandRun.of("run", "--config", file.toString());

            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err())
                    .startsWith("smtpgate.yaml:8: speed: unknown key")
                    .hasLineCount(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPortThatIsTakenEndsARunWithOneClearLine(boolean ofTheListener) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            Path file = ofTheListener ? good(port) : good(0, port);

            Execution run = Execution.of(Product.command(List.of(), "run", "--config", file.toString())
                    .toArray(String[]::new));

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.output())
                    .isEqualTo("smtpgate: %s: cannot bind 127.0.0.1:%d: Address already in use\n"
                            .formatted(ofTheListener ? "listener submission" : "admin", port));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bcrypt", "argon2", "sha256-crypt", "sha512-crypt", "apr1", "scram-sha-1", "scram-sha-256"})
    void aPasswordIsHashedByEachScheme(String scheme) throws Exception {
        CommandRun run = CommandRun.reading(PASSWORD + "\n", "hash-password", "--scheme", scheme, "--user", "alice");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).matches("alice:[${][^:\\s]+\\R").doesNotContain(PASSWORD);
        assertThat(run.err()).isEmpty();
        folder.file("users.htpasswd", run.out());
        assertThat(CommandRun.of("check", "--config", good(0).toString()).exitCode())
                .isZero();
    }

    @Test
    void noSchemeIsLeftUntested() {
        assertThat(AuthPlugins.hashersByScheme().keySet())
                .containsExactlyInAnyOrder(
                        "bcrypt", "argon2", "sha256-crypt", "sha512-crypt", "apr1", "scram-sha-1", "scram-sha-256");
    }

    @Test
    void withoutAUserTheHashStandsAlone() {
        assertThat(CommandRun.reading(PASSWORD, "hash-password", "--scheme", "apr1")
                        .out())
                .startsWith("$apr1$")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n"})
    void anEmptyPasswordIsRefused(String input) {
        CommandRun run = CommandRun.reading(input, "hash-password");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("the password must not be empty");
    }

    @Test
    void aPasswordThatNoSchemeTakesIsNotEchoed() {
        CommandRun run = CommandRun.reading("x".repeat(1025), "hash-password");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("smtpgate: the password is longer than 1024 bytes" + System.lineSeparator());
    }

    @ParameterizedTest
    @CsvSource({
        "--scheme,md5,unknown scheme md5; known: ",
        "--user,a:b,a user name must not be empty or have a colon",
        "--user,'',a user name must not be empty or have a colon"
    })
    void whatNoEntryCanHaveIsRefusedBeforeThePasswordIsRead(String option, String value, String message) {
        CommandRun run = CommandRun.reading(PASSWORD, "hash-password", option, value);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(message).doesNotContain(PASSWORD);
    }

    @Test
    void aPasswordIsReadFromAPipe() {
        Path input = folder.file("password", PASSWORD + "\n");

        Execution run = Execution.reading(
                input,
                Product.command(List.of(), "hash-password", "-s", "sha256-crypt", "-u", "bob")
                        .toArray(String[]::new));

        assertThat(run.succeeded().output()).matches("bob:\\$5\\$\\S+\\R");
    }

    private Path good(int port) {
        return good(port, 0);
    }

    private Path good(int port, int adminPort) {
        return folder.file("smtpgate.yaml", """
                listeners:
                  - { name: submission, address: "127.0.0.1:%d", route: legacy }
                auth:
                  staff: { plugin: htpasswd, file: users.htpasswd }
                upstreams:
                  legacy: { endpoints: [ "10.0.0.5:25" ] }
                admin: { address: "127.0.0.1:%d" }
                """.formatted(port, adminPort));
    }
}
