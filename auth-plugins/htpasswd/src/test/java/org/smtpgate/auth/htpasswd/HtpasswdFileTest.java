package org.smtpgate.auth.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HtpasswdFileTest {
    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final String HASH = Entries.hashFor("alice");
    private static final String ARGON2_TAIL = "$c29tZXNhbHQxNmJ5dGVzIQ$aP+duI2QTH9lwlfkzSo8eCXVH0D+9ZJ+Px9o5FRdB3M";
    private static final String SHA256_TAIL = "$abc$rH9FEVv7Uz2EMLdef/eNd6ASbuqZbzz9lr8SN/RwDWC";

    @TempDir
    private Path folder;

    @Test
    void readsEntriesBetweenCommentsAndBlankLines() throws Exception {
        Users users = parsed("# staff\n\n" + Entries.of("alice") + "\n  \t\n#bob:plain\n" + Entries.of("jürgen"));

        assertThat(users.count()).isEqualTo(2);
        assertThat(Entries.letsIn(users, "alice")).isTrue();
        assertThat(Entries.letsIn(users, "jürgen")).isTrue();
        assertThat(users.verify("#bob", "plain")).isEmpty();
    }

    @Test
    void whatFollowsASecondColonIsAComment() throws Exception {
        assertThat(Entries.letsIn(parsed(Entries.of("alice") + ":Alice, room 7:x"), "alice"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", " \r\n", "\t\n"})
    void takesLineEndsOfAnyEditor(String lineEnd) throws Exception {
        Users users = parsed(Entries.of("alice") + lineEnd + lineEnd + Entries.of("bob") + lineEnd);

        assertThat(users.count()).isEqualTo(2);
        assertThat(Entries.letsIn(users, "alice")).isTrue();
        assertThat(Entries.letsIn(users, "bob")).isTrue();
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstName() throws Exception {
        assertThat(Entries.letsIn(parsed("\ufeff" + Entries.of("alice")), "alice"))
                .isTrue();
        assertThat(parsed("\ufeff# staff\n" + Entries.of("alice")).count()).isEqualTo(1);
    }

    @Test
    void namesDifferByTheirLetterCase() throws Exception {
        Users users = parsed(Entries.of("alice") + "\n" + Entries.of("Alice"));

        assertThat(Entries.letsIn(users, "alice")).isTrue();
        assertThat(users.verify("Alice", Entries.password("alice"))).isEmpty();
        assertThat(users.verify("ALICE", Entries.password("alice"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "# nobody yet\n", "\ufeff"})
    void aFileMayHaveNoUsers(String content) throws Exception {
        assertThat(parsed(content).count()).isZero();
    }

    static Stream<Arguments> mistakes() {
        String alice = "alice:" + HASH;
        return Stream.of(
                arguments("alice", "1: not of the form user:hash"),
                arguments("\n\n:" + HASH, "3: not of the form user:hash"),
                arguments(HASH, "1: not of the form user:hash"),
                arguments(alice + "\nbob\n", "2: not of the form user:hash"),
                arguments(alice + "\n" + alice, "2: this user stands in an earlier line already"),
                arguments(alice + "\r" + alice, "1: broken bcrypt hash"),
                arguments("alice:" + HASH.substring(0, 40), "1: broken bcrypt hash"),
                arguments(alice + "x", "1: broken bcrypt hash"),
                arguments("alice:" + HASH.replace("$2y$", "$2x$"), "1: broken bcrypt hash"),
                arguments("alice:" + HASH.replace("$04$", "$03$"), "1: bcrypt cost must be from 4 to 16, not 3"),
                arguments("alice:" + HASH.replace("$04$", "$31$"), "1: bcrypt cost must be from 4 to 16, not 31"),
                arguments("alice:$5$rounds=999" + SHA256_TAIL, "1: SHA-crypt rounds must be from 1000 to 1000000"),
                arguments(
                        "alice:$5$rounds=999999999" + SHA256_TAIL, "1: SHA-crypt rounds must be from 1000 to 1000000"),
                arguments("alice:$6$abc$short", "1: broken SHA-crypt hash"),
                arguments("alice:$apr1$abc$short", "1: broken apr1 hash"),
                arguments(argon2("m=1048576,t=2,p=1"), "1: argon2's m must be from 8 to "),
                arguments(argon2("m=8,t=2,p=2"), "1: argon2's m must be from 16 to "),
                arguments(argon2("m=8,t=17,p=1"), "1: argon2's t must be from 1 to 16 here, not 17"),
                arguments(argon2("m=8,t=0,p=1"), "1: argon2's t must be from 1 to 16 here, not 0"),
                arguments(argon2("m=99999,t=1,p=17"), "1: argon2's p must be from 1 to 16 here, not 17"),
                arguments(argon2("t=2,m=8,p=1"), "1: broken argon2 hash"),
                arguments(argon2("m=8,t=1,p=1") + "AA", "1: broken base64 in an argon2 hash"),
                arguments("alice:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9", "1: broken {SHA} hash: its length is wrong"),
                arguments("alice:{PLAIN-MD5}qUqP5", "1: the scheme {PLAIN-MD5} is not supported; supported are {"),
                arguments("alice:qwRtyuiopASDF", "1: plain text or an unknown scheme; supported are bcrypt"),
                arguments("alice:", "1: plain text or an unknown scheme"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsNamedWithItsLineAndWithoutTheHash(String content, String message) {
        assertThatThrownBy(() -> parsed(content))
                .isExactlyInstanceOf(HtpasswdFileException.class)
                .hasMessageStartingWith("users.htpasswd:" + message)
                .satisfies(wrong -> assertThat(wrong.getMessage())
                        .doesNotContain(HASH.substring(7, 40), SHA256_TAIL, ARGON2_TAIL, "qwRty", "qUqP5"));
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[] latin1 = {'j', (byte) 0xfc, 'r', 'g', ':', '$'};

        assertThatThrownBy(() -> new HtpasswdFile(Path.of("users.htpasswd"), Format.HTPASSWD).users(latin1))
                .hasMessage("users.htpasswd: not valid UTF-8");
    }

    @Test
    void readsAFileOfTheLargestSizeAndNoLargerOne() throws Exception {
        Path file = folder.resolve("large");
        Files.write(file, new byte[MAX_BYTES]);
        assertThat(new HtpasswdFile(file, Format.HTPASSWD).content()).hasSize(MAX_BYTES);

        Files.write(file, new byte[MAX_BYTES + 1]);
        assertUnreadable(file, "larger than 4194304 bytes");
    }

    @Test
    void saysWhyAFileCannotBeRead() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("nowhere"));

        assertUnreadable(folder.resolve("missing"), "no such file");
        assertUnreadable(dangling, "no such file");
        assertUnreadable(folder, "not a regular file");
        assertUnreadable(file.resolve("child"), "cannot be read: ");
    }

    @Test
    void doesNotWaitForTheWriterOfANamedPipe() throws Exception {
        Path pipe = folder.resolve("pipe");
        Process mkfifo =
                new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start();
        assertThat(mkfifo.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(mkfifo.exitValue()).isZero();

        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertUnreadable(pipe, "not a regular file"));
    }

    private static void assertUnreadable(Path path, String reason) {
        assertThatThrownBy(() -> new HtpasswdFile(path, Format.HTPASSWD).content())
                .isExactlyInstanceOf(HtpasswdFileException.class)
                .hasMessageStartingWith(path + ": " + reason);
    }

    private static String argon2(String parameters) {
        return "alice:$argon2id$v=19$" + parameters + ARGON2_TAIL;
    }

    private static Users parsed(String content) throws HtpasswdFileException {
        return new HtpasswdFile(Path.of("users.htpasswd"), Format.HTPASSWD).users(Entries.bytes(content));
    }
}
