package org.smtpgate.it.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.it.auth.MechanismTable.Cell;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.sasl.SaslMechanism;
import org.smtpgate.sasl.SaslMechanisms;
import org.smtpgate.testkit.SmtpClient;

/**
 * The table of mechanisms and backends in {@code gateway/docs/auth.md} is true: each yes is a login by a mail program with
 * what is right, and none with what is wrong; each no is not offered.
 */
@Timeout(300)
class MechanismTableTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** At a time. Most of a refused login is the second that it is made to wait for. */
    private static final int LOGINS = 4;

    private static final MechanismTable TABLE = MechanismTable.read();
    private static final Map<Cell, Future<Attempt>> ATTEMPTS = new LinkedHashMap<>();
    private static final ExecutorService PROGRAMS = Executors.newFixedThreadPool(LOGINS);

    @TempDir
    static Path folder;

    private static TableScene scene;

    /** How the mechanism's program ended with the right secret, and with a wrong one. */
    private record Attempt(Execution right, Execution wrong) {}

    @BeforeAll
    static void start() throws Exception {
        scene = TableScene.start(folder);
        awaitDovecot();
        TABLE.yes().forEach(cell -> ATTEMPTS.put(cell, PROGRAMS.submit(() -> attempt(cell))));
    }

    /** What it offers is not known before it was reached. */
    private static void awaitDovecot() {
        await().atMost(PATIENCE)
                .until(() -> offered(scene.backend("dovecot").port()).contains("DIGEST-MD5"));
    }

    @AfterAll
    static void stop() throws Exception {
        PROGRAMS.shutdownNow();
        if (scene != null) {
            try (TableScene closed = scene) {
                Confidant.of(closed.gateway())
                        .keeps(GatewaySetup.USER, GatewaySetup.PASSWORD, TableAccount.WRONG, TableServers.TOKEN);
            }
        }
    }

    static List<Cell> yes() {
        return TABLE.yes();
    }

    static List<String> backends() {
        return TABLE.backends();
    }

    private static Attempt attempt(Cell cell) throws Exception {
        TableBackend backend = scene.backend(cell.backend());
        Execution right = scene.login(backend, cell.mechanism(), true);
        return new Attempt(right, scene.login(backend, cell.mechanism(), false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("yes")
    void aYesLogsInWithWhatIsRightAndNotWithWhatIsWrong(Cell cell) throws Exception {
        TableBackend backend = scene.backend(cell.backend());

        Attempt attempt = ATTEMPTS.get(cell).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertThat(attempt.right().exitCode()).as(attempt.right().output()).isZero();
        assertThat(attempt.wrong().exitCode()).as(attempt.wrong().output()).isNotZero();
        // nodemailer shows a token that was refused a second time.
        assertThat(scene.outcomes(backend, cell.mechanism()))
                .as("replies 235 and 535")
                .containsOnlyKeys("accepted", "rejected")
                .containsEntry("accepted", 1.0);
    }

    /** On a connection that could have them all. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("backends")
    void aBackendIsOfferedWithWhatTheTableSaysAndWithNothingElse(String head) {
        TableBackend backend = scene.backend(head);

        assertThat(offered(backend.port())).containsExactlyInAnyOrderElementsOf(unasked(TABLE.mechanisms(head)));
        assertThat(backend.keys()).isEqualTo(TABLE.mechanisms(head).stream().anyMatch(name -> name.endsWith("-PLUS")));
    }

    private static List<String> unasked(List<String> mechanisms) {
        return mechanisms.stream()
                .filter(name -> Runtime.version().feature() >= 25 || !name.endsWith("-PLUS"))
                .toList();
    }

    private static List<String> offered(int port) {
        try (SmtpClient smtp = SmtpClient.connect(port)) {
            smtp.greet();
            smtp.ehlo();
            smtp.send("STARTTLS").expect(220);
            return smtp.handshake(TableScene.ANNA.serverContext(), "TLSv1.3").ehlo().lines().stream()
                    .filter(line -> line.startsWith("AUTH "))
                    .flatMap(line -> Arrays.stream(line.split(" ")).skip(1))
                    .toList();
        }
    }

    @Test
    void everyCellSaysYesOrWhyNot() {
        assertThat(TABLE.cells().stream().filter(cell -> !cell.complete())).isEmpty();
    }

    @Test
    void everyMechanismAndEveryPluginIsInTheTable() {
        assertThat(TABLE.mechanisms())
                .containsAll(
                        SaslMechanisms.all().stream().map(SaslMechanism::name).toList());
        Stream<String> plugins = ServiceLoader.load(AuthPlugin.class).stream()
                .map(plugin -> plugin.get().name());
        assertThat(TABLE.backends().stream()
                        .map(head -> head.replaceFirst(":.*", ""))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(plugins, Stream.of("upstream")).toList());
    }
}
