package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.Product;
import org.smtpgate.it.fixture.RealServers;

/** {@code smtpgate demo} as somebody runs it who has never seen the program. */
class DemoTest {
    private static final Duration UP = Duration.ofSeconds(60);
    private static final Duration DOWN = Duration.ofSeconds(30);

    /** Where all temporary files of the demonstration go, so that none can be overlooked. */
    @TempDir
    Path temporary;

    @TempDir
    Path elsewhere;

    private Process demo;

    @AfterEach
    void end() throws InterruptedException {
        if (demo != null && demo.isAlive()) {
            demo.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void showsAMessageGoingThroughAndStaysUpUntilASignal(String signal) throws Exception {
        start();
        assertThat(screen())
                .containsSubsequence("S: 220", "STARTTLS", "S: 235", "S: 250", "S: 354", "S: 250", "S: 221")
                .doesNotContain("ZGVtby1zZWNyZXQ")
                .contains("swaks --server", "curl --url smtps://", "/metrics");
        assertThat(stays()).isTrue();

        Execution.of(RealServers.require("kill"), "-" + signal, Long.toString(demo.pid()))
                .succeeded();

        assertThat(demo.waitFor(DOWN.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).as(screen()).isZero();
        assertNothingIsLeft();
    }

    @Test
    void theCommandLinesThatItSuggestsWork() throws Exception {
        RealServers.require("swaks");
        RealServers.require("curl");
        start();

        for (String program : List.of("swaks", "printf", "curl")) {
            String line = screen().lines()
                    .filter(suggested -> suggested.startsWith("  " + program + " "))
                    .findFirst()
                    .orElseThrow();
            Execution.of("sh", "-c", line).succeeded();
        }

        assertThat(messages()).hasSize(3);
    }

    @Test
    void endsByItselfWhenThatIsAskedFor() throws Exception {
        Execution run = Execution.of(command("--once").toArray(String[]::new)).succeeded();

        assertThat(run.output()).containsSubsequence("S: 235", "S: 221").doesNotContain("Ctrl-C");
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--submission-port", "--submissions-port", "--admin-port"})
    void aPortThatIsTakenIsNamedWithTheOptionsThatMend(String option) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            Execution run = Execution.of(command(option, port).toArray(String[]::new));

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.output())
                    .hasLineCount(1)
                    .contains("cannot bind 127.0.0.1:" + port + ": Address already in use")
                    .contains("choose others with --submission-port, --submissions-port and --admin-port");
        }
        assertNothingIsLeft();
    }

    private void start() throws IOException {
        // A test run in the background would hand down a SIGINT that is ignored.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(command());
        demo = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(elsewhere.resolve("screen").toFile())
                .start();
        await("the demonstration stays up").atMost(UP).until(() -> !demo.isAlive() || stays());
        assertThat(demo.isAlive()).as(screen()).isTrue();
    }

    private List<String> command(String... more) {
        List<String> arguments = new ArrayList<>(List.of("demo"));
        for (String port : List.of("--submission-port", "--submissions-port", "--admin-port")) {
            if (!List.of(more).contains(port)) {
                arguments.addAll(List.of(port, "0"));
            }
        }
        arguments.addAll(List.of(more));
        return Product.command(List.of("-Djava.io.tmpdir=" + temporary), arguments.toArray(String[]::new));
    }

    private boolean stays() throws IOException {
        return screen().contains("Ctrl-C ends it");
    }

    private String screen() throws IOException {
        return Files.readString(elsewhere.resolve("screen"));
    }

    private List<Path> messages() throws IOException {
        try (Stream<Path> files = Files.walk(temporary)) {
            return files.filter(file -> file.toString().endsWith(".eml")).toList();
        }
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            assertThat(files).as("files left behind").isEmpty();
        }
    }
}
