package org.smtpgate.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreKeyTest {
    private static final byte[] BYTES = new byte[32];

    static {
        for (int i = 0; i < BYTES.length; i++) {
            BYTES[i] = (byte) (i * 37 + 200);
        }
    }

    @TempDir
    Path folder;

    @Test
    void aNewKeyIsForItsOwnerAloneAndCanBeRead() throws Exception {
        Path file = folder.resolve("key");
        StoreKey.create(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Keys.ofStore(file).secret().getEncoded()).hasSize(32);
        assertThat(Files.readString(file)).matches("[A-Za-z0-9+/]{43}=\\n");
    }

    @Test
    void twoNewKeysDiffer() throws Exception {
        StoreKey.create(folder.resolve("a"));
        StoreKey.create(folder.resolve("b"));

        assertThat(Keys.ofStore(folder.resolve("a")).name())
                .isNotEqualTo(Keys.ofStore(folder.resolve("b")).name());
    }

    @Test
    void aKeyIsNeverOverwritten() throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "old");

        assertThatThrownBy(() -> StoreKey.create(file))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("the file " + file + " exists; a key that tokens are stored with is not replaced");
        assertThat(file).hasContent("old");
    }

    @Test
    void takesRawBytesAndEitherBase64() {
        for (byte[] content : new byte[][] {
            BYTES,
            Base64.getEncoder().encode(BYTES),
            (Base64.getEncoder().encodeToString(BYTES) + "\r\n").getBytes(),
            Base64.getUrlEncoder().withoutPadding().encode(BYTES)
        }) {
            assertThat(StoreKey.of(content).orElseThrow().secret().getEncoded()).isEqualTo(BYTES);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "c2hvcnQ=", "not base64 at all, and of no good length", "AAAA"})
    void whatIsNoKeyIsNotTaken(String content) {
        assertThat(StoreKey.of(content.getBytes())).isEmpty();
    }

    @Test
    void aFolderThatIsNotThereHasItsMessage() {
        assertThatThrownBy(() -> StoreKey.create(folder.resolve("none/key")))
                .hasMessage("the key file " + folder.resolve("none/key") + " cannot be written: no such file");
    }

    @Test
    void aKeyPrintsItsNameAlone() {
        StoreKey key = StoreKey.of(BYTES).orElseThrow();

        assertThat(key).hasToString("StoreKey[" + key.name() + "]");
        assertThat(key.name()).hasSize(16);
    }
}
