package org.smtpgate.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A secret in a file is its text, and the line's end that editors put behind it is no part of it. */
class ClientSecretFileTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"open sesame", "open sesame\n", "open sesame\r\n", "\topen sesame \n\n"})
    void whiteSpaceAroundItIsNoPartOfIt(String content) throws Exception {
        assertThat(ClientSecretFile.read(file(content, "r--------"))).isEqualTo("open sesame");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", " \r\n"})
    void anEmptyFileIsRefused(String content) throws Exception {
        Path file = file(content, "r--------");

        assertThatThrownBy(() -> ClientSecretFile.read(file))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("the file " + file + " is empty; it must hold a secret");
    }

    @Test
    void aFileThatEveryUserMayReadIsRefusedAndNotShown() throws Exception {
        Path file = file("open sesame", "rw-r--r--");

        assertThatThrownBy(() -> ClientSecretFile.read(file))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("the file " + file + " is open to every user (rw-r--r--); run: chmod o= " + file);
    }

    private Path file(String content, String permissions) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
