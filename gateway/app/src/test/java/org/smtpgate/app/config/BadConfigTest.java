package org.smtpgate.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.smtpgate.app.fixture.ConfigFolder;

/** One file for each mistake, and beside it every message that an administrator reads, word for word. */
class BadConfigTest {
    @TempDir
    static Path temporary;

    private static ConfigFolder folder;

    @BeforeAll
    static void fillTheFolder() {
        folder = ConfigFolder.in(temporary);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void everyMistakeIsToldWithItsLineItsKeyAndTheMend(String name) throws Exception {
        Path copy = folder.file(name + ".yaml", Files.readAllBytes(bad().resolve(name + ".yaml")));

        assertThat(problems(copy)).containsExactlyElementsOf(expected(name));
    }

    private static List<String> expected(String name) throws Exception {
        return Files.readString(bad().resolve(name + ".expected"))
                .replace("{folder}", temporary.toString())
                .lines()
                .toList();
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path missing = temporary.resolve("nowhere.yaml");

        assertThat(problems(missing)).containsExactly("nowhere.yaml:1: no such file: " + missing);
    }

    @Test
    void aFolderIsNoConfiguration() {
        assertThat(problems(temporary))
                .containsExactly(temporary.getFileName() + ":1: cannot read " + temporary + ": Is a directory");
    }

    @Test
    void aHugeFileIsNotReadToItsEnd() {
        Path huge = folder.file("huge.yaml", "#".repeat(2 << 20));

        assertThat(problems(huge))
                .containsExactly("huge.yaml:1: the file is larger than 1 MiB, which no configuration is");
    }

    private static List<String> problems(Path file) {
        return catchThrowableOfType(ConfigException.class, () -> ConfigFolder.config(file))
                .problems();
    }

    static Stream<String> mistakes() throws Exception {
        try (Stream<Path> files = Files.list(bad())) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".yaml"))
                    .map(file -> file.substring(0, file.length() - ".yaml".length()))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private static Path bad() throws IOException, URISyntaxException {
        return Path.of(BadConfigTest.class.getResource("/config/bad").toURI());
    }
}
