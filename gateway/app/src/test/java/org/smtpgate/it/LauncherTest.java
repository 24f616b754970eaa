package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.Installation;

/** The launcher's two choices: which options the JVM gets, and whether it has a cache of classes that fits. */
class LauncherTest {
    private static final String FROM_CACHE = "org.smtpgate.app.Main source: shared objects file";
    private static final String FROM_JAR = "org.smtpgate.app.Main source: file:";
    private static final long SMALL_HEAP = 64L << 20;
    private static final long LARGE_HEAP = 512L << 20;

    @TempDir
    static Path folder;

    @TempDir
    Path temporary;

    private static Installation installed;

    @BeforeAll
    static void installAndMakeTheCache() throws IOException {
        installed = Installation.in(folder.resolve("installed"));

        Execution made = installed.run(List.of(), "make-cache").succeeded();

        assertThat(made.output()).isEmpty();
        assertThat(cache()).isNotEmptyFile();
    }

    @Test
    void classesComeFromTheCacheThatTheLauncherMade() throws IOException {
        assertThat(classesLoadedBy(installed)).contains(FROM_CACHE);
    }

    /** No build makes it twice. */
    @Test
    void aCacheThatIsUpToDateIsNotMadeAgainWhenItIsNotNeeded() throws IOException {
        Object before = Files.getAttribute(cache(), "unix:ino");

        installed.run(List.of(), "make-cache", "--if-needed").succeeded();

        assertThat(Files.getAttribute(cache(), "unix:ino")).isEqualTo(before);
    }

    /** How a cache can be of no use. */
    enum Flaw {
        MISSING,
        EMPTY,
        GARBAGE,
        CUT_SHORT,
        OLDER_THAN_A_JAR,
        OF_A_JAR_OF_ANOTHER_SIZE
    }

    @ParameterizedTest
    @EnumSource
    void aCacheThatDoesNotFitIsNoFailureAndNotAWordIsSaid(Flaw flaw) throws IOException {
        Installation other = Installation.in(temporary.resolve("other"));
        spoil(Files.createDirectory(other.caches()).resolve(cache().getFileName()), flaw);

        assertThat(other.run(List.of(), "version").succeeded().output())
                .isEqualTo(installed.run(List.of(), "version").output())
                .startsWith("smtpgate ");
        assertThat(classesLoadedBy(other)).contains(FROM_JAR).doesNotContain(FROM_CACHE);
    }

    private static void spoil(Path copy, Flaw flaw) throws IOException {
        switch (flaw) {
            case MISSING -> Files.deleteIfExists(copy);
            case EMPTY -> Files.createFile(copy);
            case GARBAGE -> {
                try (RandomAccessFile file = writableCopy(copy)) {
                    file.write("This is no cache.\n".repeat(1_000).getBytes(StandardCharsets.US_ASCII));
                }
            }
            case CUT_SHORT -> {
                try (RandomAccessFile file = writableCopy(copy)) {
                    file.setLength(file.length() / 2);
                }
            }
            case OLDER_THAN_A_JAR -> {
                Files.copy(cache(), copy);
                Files.setLastModifiedTime(copy, FileTime.fromMillis(0));
            }
            case OF_A_JAR_OF_ANOTHER_SIZE -> {
                Path jar = copy.resolveSibling("../lib/smtpgate-app-test.jar").normalize();
                FileTime before = Files.getLastModifiedTime(jar);
                Files.write(jar, new byte[] {0}, StandardOpenOption.APPEND);
                Files.setLastModifiedTime(jar, before);
                Files.copy(cache(), copy);
            }
            default -> throw new AssertionError(flaw);
        }
    }

    private static RandomAccessFile writableCopy(Path copy) throws IOException {
        Files.copy(cache(), copy);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
        return new RandomAccessFile(copy.toFile(), "rw");
    }

    @Test
    void optionsThatTheCacheWasNotMadeForAreNoFailureAndNotAWordIsSaid() {
        assertThat(installed
                        .run(List.of("-XX:-UseCompressedOops"), "version")
                        .succeeded()
                        .output())
                .isEqualTo(installed.run(List.of(), "version").output());
    }

    @Test
    void wherePeopleMayNotWriteNoCacheIsMadeAndThatIsSaidAndNoFailure() throws IOException {
        Installation other = Installation.in(temporary.resolve("other"));
        Files.createFile(other.caches());

        Execution made = other.run(List.of(), "make-cache").succeeded();

        assertThat(made.output()).contains("no cache could be made", "start all the same");
        other.run(List.of(), "version").succeeded();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "profile: sidecar",
                "profile: 'sidecar'",
                "profile:   \"sidecar\"   # little",
            })
    void theJvmIsSmallWhenTheConfigurationSaysSidecar(String line) throws IOException {
        Path config = broken(line);

        for (List<String> options : List.of(
                List.of("--config", config.toString()),
                List.of("-c", config.toString()),
                List.of("--config=" + config))) {
            assertThat(heapOf(Stream.concat(Stream.of("run"), options.stream()).toArray(String[]::new)))
                    .as("%s", options)
                    .isEqualTo(SMALL_HEAP);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"profile: server", "# profile: sidecar", "log:\n  profile: sidecar", "profile: sidecars", ""})
    void theJvmIsAsEverWhenItDoesNot(String line) throws IOException {
        assertThat(heapOf("run", "--config", broken(line).toString())).isEqualTo(LARGE_HEAP);
    }

    @Test
    void theAdministratorsOptionsAreTheLast() throws IOException {
        Execution run = installed.run(
                List.of("-Xmx48m", "-XX:+PrintCommandLineFlags"),
                "run",
                "--config",
                broken("profile: sidecar").toString());

        assertThat(run.output()).contains("-XX:MaxHeapSize=" + (48L << 20));
    }

    /** A configuration that starts nothing. */
    private Path broken(String line) throws IOException {
        return Files.writeString(temporary.resolve("smtpgate.yaml"), line + "\nunheard-of: 1\n");
    }

    private static long heapOf(String... arguments) {
        Execution run = installed.run(List.of("-XX:+PrintCommandLineFlags"), arguments);
        assertThat(run.exitCode()).as(run.output()).isEqualTo(2);
        assertThat(run.output()).contains("unheard-of: unknown key");
        return Long.parseLong(run.output().replaceFirst("(?s).*-XX:MaxHeapSize=(\\d+).*", "$1"));
    }

    private String classesLoadedBy(Installation installation) throws IOException {
        Path classes = temporary.resolve("classes");
        installation.run(List.of("-Xlog:class+load:file=" + classes), "version").succeeded();
        return Files.readString(classes);
    }

    private static Path cache() throws IOException {
        try (Stream<Path> files = Files.list(installed.caches())) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }
}
