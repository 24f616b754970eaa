package org.smtpgate.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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
        assertThat(StoreKey.read(file).secret().getEncoded()).hasSize(32);
        assertThat(Files.readString(file)).matches("[A-Za-z0-9+/]{43}=\\n");
    }

    @Test
    void twoNewKeysDiffer() throws Exception {
        StoreKey.create(folder.resolve("a"));
        StoreKey.create(folder.resolve("b"));

        assertThat(StoreKey.read(folder.resolve("a")).name())
                .isNotEqualTo(StoreKey.read(folder.resolve("b")).name());
    }

    @Test
    void aKeyIsNeverOverwritten() throws Exception {
        Path file = file("old".getBytes());

        assertThatThrownBy(() -> StoreKey.create(file))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("the file " + file + " exists; a key that tokens are stored with is not replaced");
        assertThat(file).hasContent("old");
    }

    @Test
    void takesRawBytesAndEitherBase64() throws Exception {
        for (byte[] content : new byte[][] {
            BYTES,
            Base64.getEncoder().encode(BYTES),
            (Base64.getEncoder().encodeToString(BYTES) + "\r\n").getBytes(),
            Base64.getUrlEncoder().withoutPadding().encode(BYTES)
        }) {
            assertThat(StoreKey.read(file(content)).secret().getEncoded()).isEqualTo(BYTES);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "c2hvcnQ=", "not base64 at all, and of no good length", "AAAA"})
    void whatIsNoKeyIsRefusedAndNotShown(String content) throws Exception {
        Path file = file(content.getBytes());

        assertThatThrownBy(() -> StoreKey.read(file))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("the key file " + file
                        + " must hold 32 bytes or their base64; make one with: smtpgate token new-key FILE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-----w-", "rw-r--rw-"})
    void aFileThatEveryUserMayReadIsRefused(String permissions) throws Exception {
        Path file = file(BYTES);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        assertThatThrownBy(() -> StoreKey.read(file))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("the file " + file + " is open to every user (" + permissions + "); run: chmod o= " + file);
    }

    /** Kubernetes shows a secret's files to a group. */
    @Test
    void aFileThatAGroupMayReadIsTaken() throws Exception {
        Path file = file(BYTES);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));

        assertThat(StoreKey.read(file).secret().getEncoded()).isEqualTo(BYTES);
    }

    @Test
    void aFileThatIsNotThereHasItsMessage() {
        assertThatThrownBy(() -> StoreKey.read(folder.resolve("none")))
                .hasMessage("the key file " + folder.resolve("none") + " cannot be read: no such file");
        assertThatThrownBy(() -> StoreKey.create(folder.resolve("none/key")))
                .hasMessage("the key file " + folder.resolve("none/key") + " cannot be written: no such file");
    }

    @Test
    void aKeyPrintsItsNameAlone() throws Exception {
        StoreKey key = StoreKey.read(file(BYTES));

        assertThat(key).hasToString("StoreKey[" + key.name() + "]");
        assertThat(key.name()).hasSize(16);
    }

    private Path file(byte[] content) throws IOException {
        Path file = Files.createTempFile(folder, "key", "");
        return Files.write(file, content);
    }
}
