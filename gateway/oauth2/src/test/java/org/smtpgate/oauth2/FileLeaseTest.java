package org.smtpgate.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLeaseTest {
    @TempDir
    Path temp;

    /** POSIX takes a process's lock from it when it closes any descriptor of the file, also one without the lock. */
    @Test
    void whoAsksInVainInThisProcessDoesNotGiveTheFileToOthers() throws Exception {
        Path file = temp.resolve("alice.lock");
        try (FileLease held = FileLease.take(file).orElseThrow()) {
            assertThat(isFreeForAnotherProcess(file)).isFalse();

            assertThat(FileLease.take(file)).isEmpty();
            assertThat(isFreeForAnotherProcess(file)).isFalse();
        }
        assertThat(isFreeForAnotherProcess(file)).isTrue();
    }

    @Test
    void neitherDoesWhoAsksByAnotherNameOfTheFolder() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("tokens"));
        Path link = Files.createSymbolicLink(temp.resolve("link"), folder);
        Path file = folder.resolve("alice.lock");
        try (FileLease held = FileLease.take(file).orElseThrow()) {
            assertThat(FileLease.take(link.resolve("alice.lock"))).isEmpty();
            assertThat(isFreeForAnotherProcess(file)).isFalse();
        }
    }

    @Test
    void whatWasGivenBackCanBeTakenAgainAndIsGivenBackOnce() {
        Path file = temp.resolve("alice.lock");
        FileLease first = FileLease.take(file).orElseThrow();
        first.close();

        Optional<FileLease> second = FileLease.take(file);
        assertThat(second).isPresent();
        first.close();
        assertThat(FileLease.take(file)).isEmpty();
        second.orElseThrow().close();
    }

    @Test
    void whereNoFileCanBeAllHaveIt() {
        Path file = temp.resolve("missing/alice.lock");

        assertThat(FileLease.take(file)).contains(FileLease.NONE);
        assertThat(FileLease.take(file)).contains(FileLease.NONE);
    }

    private static boolean isFreeForAnotherProcess(Path file) throws Exception {
        Path classes = Path.of(
                Probe.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Process probe = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classes.toString(),
                        Probe.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(probe.waitFor(30, TimeUnit.SECONDS)).isTrue();
            String said = new String(probe.getInputStream().readAllBytes());
            assertThat(said).isIn("free", "locked");
            return said.equals("free");
        } finally {
            probe.destroyForcibly();
        }
    }

    /** Another gateway, as far as locks go. */
    static final class Probe {
        private Probe() {}

        public static void main(String[] arguments) throws IOException {
            try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
                System.out.print(channel.tryLock() == null ? "locked" : "free");
            }
        }
    }
}
