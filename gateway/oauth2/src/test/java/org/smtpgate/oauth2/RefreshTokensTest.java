package org.smtpgate.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefreshTokensTest {
    private static final String TOKEN = "1//0g-QXZ.secret_token";

    @TempDir
    Path temp;

    private Path folder;
    private StoreKey key;
    private RefreshTokens tokens;

    @BeforeEach
    void makeKey() throws KeyFileException {
        folder = temp.resolve("tokens/m365");
        StoreKey.create(temp.resolve("key"));
        key = Keys.ofStore(temp.resolve("key"));
        tokens = new RefreshTokens(folder, key);
    }

    @Test
    void whatIsStoredIsThereAfterARestart() throws Exception {
        tokens.write("alice@example.org", TOKEN);
        tokens.write("bob", "another");

        RefreshTokens again = new RefreshTokens(folder, Keys.ofStore(temp.resolve("key")));
        assertThat(again.read("alice@example.org")).contains(TOKEN);
        assertThat(again.read("bob")).contains("another");
        assertThat(again.read("carol")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../../etc/passwd", "a/b", "jürgen", "a\u0000b", ".", "名前@例え.jp"})
    void anyLoginHasAFileInTheFolder(String login) throws Exception {
        tokens.write(login, TOKEN);

        assertThat(tokens.read(login)).contains(TOKEN);
        assertThat(files()).hasSize(1).allSatisfy(file -> assertThat(file).hasParent(folder));
        assertThat(files().get(0).getFileName().toString()).matches("[0-9a-f]{64}\\.jwe");
    }

    @Test
    void filesAreForTheirOwnerAloneAndHideTokenAndLogin() throws Exception {
        tokens.write("alice@example.org", TOKEN);

        Path file = files().get(0);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        String content = Files.readString(file);
        assertThat(content).doesNotContain("secret").doesNotContain("alice");
        for (String part : content.strip().split("\\.")) {
            assertThat(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.ISO_8859_1))
                    .doesNotContain("secret")
                    .doesNotContain("alice");
        }
    }

    @Test
    void aTokenIsReplacedInOneStepAndLeavesNothingBehind() throws Exception {
        for (int i = 0; i < 20; i++) {
            tokens.write("alice", TOKEN + i);
        }

        assertThat(tokens.read("alice")).contains(TOKEN + 19);
        assertThat(files()).hasSize(1);
    }

    /** What is read while another writes is the old token or the new one, never a piece. */
    @Test
    void aReaderNeverSeesHalfAFile() throws Exception {
        tokens.write("alice", "0");
        Thread writer = new Thread(() -> {
            try {
                for (int i = 1; i <= 200; i++) {
                    tokens.write("alice", String.valueOf(i).repeat(1_000));
                }
            } catch (TokenStoreException e) {
                throw new AssertionError(e);
            }
        });
        writer.start();
        int last = 0;
        while (writer.isAlive()) {
            String read = tokens.read("alice").orElseThrow();
            assertThat(read.length() % 1_000).isIn(0, 1);
            last++;
        }
        writer.join();

        assertThat(last).isPositive();
        assertThat(tokens.read("alice")).contains("200".repeat(1_000));
    }

    @Test
    void anotherKeyHasItsMessage() throws Exception {
        tokens.write("alice", TOKEN);
        StoreKey.create(temp.resolve("other"));
        StoreKey other = Keys.ofStore(temp.resolve("other"));

        assertThatThrownBy(() -> new RefreshTokens(folder, other).read("alice"))
                .isInstanceOf(TokenStoreException.class)
                .hasMessage("the token file " + files().get(0) + " was encrypted with another key than " + other.name()
                        + ", which the key file holds");
    }

    @Test
    void aFileOfAnotherLoginIsNotTaken() throws Exception {
        tokens.write("alice", TOKEN);
        Path alices = files().get(0);
        tokens.write("mallory", "another");
        Files.copy(
                alices,
                files().stream()
                        .filter(file -> !file.equals(alices))
                        .findFirst()
                        .orElseThrow(),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> tokens.read("mallory"))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageEndingWith(" holds the token of another login");
    }

    @Test
    void aChangedFileIsNotTaken() throws Exception {
        tokens.write("alice", TOKEN);
        Path file = files().get(0);
        String[] parts = Files.readString(file).strip().split("\\.", -1);
        byte[] ciphertext = Base64.getUrlDecoder().decode(parts[3]);
        ciphertext[0] ^= 1;
        parts[3] = Base64.getUrlEncoder().withoutPadding().encodeToString(ciphertext);
        Files.writeString(file, String.join(".", parts));

        assertThatThrownBy(() -> tokens.read("alice"))
                .isInstanceOf(TokenStoreException.class)
                .hasMessage("the token file " + file + " was changed by somebody who does not have the key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "a.b.c.d.e", "eyJhbGciOiJub25lIn0.e30.", "{}"})
    void whatIsNoTokenFileHasItsMessage(String content) throws Exception {
        tokens.write("alice", TOKEN);
        Path file = files().get(0);
        Files.writeString(file, content);

        assertThatThrownBy(() -> tokens.read("alice"))
                .isInstanceOf(TokenStoreException.class)
                .hasMessage("the token file " + file + " is not as this gateway writes it");
    }

    @Test
    void aFileOfAnySizeIsNotReadWhole() throws Exception {
        tokens.write("alice", TOKEN);
        Path file = files().get(0);
        Files.write(file, new byte[1 << 20]);

        assertThatThrownBy(() -> tokens.read("alice"))
                .hasMessage("the token file " + file + " cannot be read: larger than 65536 bytes");
    }

    @Test
    void aFolderThatCannotBeWrittenHasItsMessage() throws Exception {
        Files.createDirectories(folder.getParent());
        Files.writeString(folder, "not a folder");

        assertThatThrownBy(() -> tokens.write("alice", TOKEN))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining(" cannot be written: ")
                .hasMessageNotContaining(TOKEN);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
