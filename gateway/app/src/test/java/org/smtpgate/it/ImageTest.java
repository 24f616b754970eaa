package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.Installation;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.it.fixture.RealServers;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/**
 * The container image, built by the delivered scripts from this machine's own files and run without a container engine:
 * buildah needs neither a registry nor a daemon. Its storage is a folder of the test's.
 */
class ImageTest {
    private static final String IMAGE = "localhost/smtpgate:test";
    private static final Path DOCKER =
            Path.of("../../deploy/docker").toAbsolutePath().normalize();
    private static final Duration SOON = Duration.ofSeconds(30);

    /** Where it says that it listens; the second is the last thing that it opens. */
    private static final Pattern LISTENER = Pattern.compile("listener plain on 127.0.0.1:(\\d+) ");

    private static final Pattern ADMIN = Pattern.compile("admin HTTP on port (\\d+)\"");

    @TempDir
    static Path folder;

    private static String container;

    @BeforeAll
    static void build() throws IOException {
        RealServers.require("buildah");
        RealServers.requireRoot("buildah");
        if (!hasJdk25()) {
            RealServers.missing("no JDK 25 with jlink is installed");
        }
        Files.writeString(folder.resolve("storage.conf"), """
                [storage]
                driver = "vfs"
                graphroot = "%1$s/storage"
                runroot = "%1$s/run"
                """.formatted(folder));
        Path lib = Installation.lib(folder.resolve("lib"));
        buildah("sh", DOCKER.resolve("local-bases.sh").toString());
        buildah(
                "env",
                "LIB=" + lib,
                "BUILDER=buildah",
                "BASE=localhost/smtpgate-base",
                "JDK=localhost/smtpgate-jdk",
                "sh",
                DOCKER.resolve("build.sh").toString(),
                IMAGE);
        container = buildah("buildah", "from", IMAGE).output().strip();
    }

    /** What local-bases.sh looks for. */
    private static boolean hasJdk25() throws IOException {
        if (System.getenv("JDK25_HOME") != null) {
            return true;
        }
        Path machines = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(machines)) {
            return false;
        }
        try (Stream<Path> found = Files.list(machines)) {
            return found.anyMatch(
                    jdk -> jdk.getFileName().toString().contains("25") && Files.isExecutable(jdk.resolve("bin/jlink")));
        }
    }

    /** Containers unmount what they mounted; the rest is the temporary folder's. */
    @AfterAll
    static void remove() {
        if (container != null) {
            buildah("buildah", "rm", "--all");
        }
    }

    @Test
    void itRunsAsAUserThatIsNotRoot() {
        JsonObject config = new JsonObject(
                        buildah("buildah", "inspect", "--type", "image", IMAGE).output())
                .getJsonObject("Docker")
                .getJsonObject("config");

        assertThat(config.getString("User")).isEqualTo("10587:10587");
        assertThat(config.getString("StopSignal")).isEqualTo("SIGTERM");
        assertThat(config.getJsonObject("Healthcheck").getJsonArray("Test"))
                .containsExactly("CMD", "/opt/smtpgate/bin/healthcheck");
        assertThat(inside("id", "-u").output().strip()).isEqualTo("10587");
    }

    @Test
    void itsProgramRuns() {
        assertThat(inside("/opt/smtpgate/bin/smtpgate", "version").output()).contains("smtpgate ", "Java 25");
    }

    /** Made during the build, of the jars where they are, and good for the runtime that is in the image. */
    @Test
    void itsProgramIsLoadedFromTheCache() {
        Execution run = buildah(
                "buildah",
                "run",
                "--env",
                "SMTPGATE_JAVA_OPTS=-Xlog:class+load:stdout",
                container,
                "--",
                "/opt/smtpgate/bin/smtpgate",
                "version");

        assertThat(run.output()).containsPattern("org\\.smtpgate\\.app\\.Main source: shared objects file");
    }

    @Test
    void aMessageGoesThroughItAndTheHealthCheckSeesItLive() throws Exception {
        assertThat(health(Ports.free()).exitCode())
                .as("of a gateway that is not there")
                .isEqualTo(1);
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            Path config = readableByAll(folder.resolve("etc"), """
                    listeners:
                      - { name: plain, address: "127.0.0.1:0", hostname: gateway.example.org, route: mail }
                    upstreams:
                      mail: { endpoints: [ "127.0.0.1:%d" ] }
                    admin: { address: "127.0.0.1:0" }
                    """.formatted(upstream.port()));
            Process gateway = start(
                    "buildah",
                    "run",
                    "--volume",
                    config + ":/etc/smtpgate:ro",
                    container,
                    "--",
                    "/opt/smtpgate/bin/smtpgate",
                    "run",
                    "--config",
                    "/etc/smtpgate/smtpgate.yaml");
            try {
                await("the gateway takes clients")
                        .atMost(SOON)
                        .until(() ->
                                !gateway.isAlive() || ADMIN.matcher(output()).find());
                int admin = port(ADMIN);
                assertThat(health(admin).exitCode()).as(output()).isZero();
                try (SmtpClient client = SmtpClient.connect(port(LISTENER)).timeout(SOON)) {
                    client.greet();
                    client.transaction("a@example.org", "b@example.org", "hello")
                            .expect(250);
                    client.quit();
                }
                assertThat(upstream.received()).hasSize(1);
            } finally {
                // To the program alone: buildah would not pass it on, but end it.
                gateway.descendants()
                        .filter(process -> process.info().command().orElse("").endsWith("/java"))
                        .forEach(ProcessHandle::destroy);
                gateway.waitFor(SOON.toSeconds(), TimeUnit.SECONDS);
                gateway.destroyForcibly().waitFor();
            }
            assertThat(output()).contains("msg=\"stopped\"");
        }
    }

    private static Path readableByAll(Path made, String config) throws IOException {
        Files.createDirectory(made);
        Files.writeString(made.resolve("smtpgate.yaml"), config);
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(made.resolve("smtpgate.yaml"), PosixFilePermissions.fromString("rw-r--r--"));
        return made;
    }

    private static Execution health(int adminPort) {
        return Execution.of(command(
                "buildah",
                "run",
                "--env",
                "SMTPGATE_ADMIN_PORT=" + adminPort,
                container,
                "--",
                "/opt/smtpgate/bin/healthcheck"));
    }

    private static Execution inside(String... command) {
        List<String> run = new ArrayList<>(List.of("buildah", "run", container, "--"));
        run.addAll(List.of(command));
        return buildah(run.toArray(String[]::new));
    }

    private static Execution buildah(String... command) {
        return Execution.of(command(command)).succeeded();
    }

    private static String[] command(String... command) {
        List<String> all = new ArrayList<>(List.of("env", "CONTAINERS_STORAGE_CONF=" + folder.resolve("storage.conf")));
        all.addAll(List.of("BUILDAH_ISOLATION=chroot", "STORAGE_DRIVER=vfs"));
        all.addAll(List.of(command));
        return all.toArray(String[]::new);
    }

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(command(command))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }

    private static int port(Pattern said) throws IOException {
        Matcher matcher = said.matcher(output());
        assertThat(matcher.find()).as(output()).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    private static String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }
}
