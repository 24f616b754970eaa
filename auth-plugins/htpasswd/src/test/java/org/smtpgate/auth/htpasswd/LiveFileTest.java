package org.smtpgate.auth.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.testkit.auth.LogCapture;

/** Looks are made by hand here, as the clock's next one is an hour away; {@code HtpasswdPluginTest} awaits the clock. */
@Timeout(30)
class LiveFileTest {
    private static final Duration INTERVAL = Duration.ofHours(1);
    private static final Duration SECOND_LOOK = Duration.ofMillis(200);

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path folder;

    private Path file;
    private LiveFile live;

    @BeforeEach
    void openFileOfAlice() throws Exception {
        file = folder.resolve("users.htpasswd");
        Files.writeString(file, Entries.of("alice") + "\n");
        live = open(file);
    }

    @AfterEach
    void close() throws Exception {
        live.close();
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void anInPlaceRewriteCountsOnceTwoLooksHaveSeenIt() throws Exception {
        Files.writeString(file, Entries.of("bob") + "\n");

        assertThat(live.look()).isEqualTo(SECOND_LOOK);
        assertKnows("alice", "bob");
        assertThat(live.look()).isEqualTo(INTERVAL);
        assertKnows("bob", "alice");
    }

    @Test
    void aFileIsNotTakenInTheMiddleOfItsWriting() throws Exception {
        String bob = Entries.of("bob") + "\n";
        String carol = Entries.of("carol") + "\n";

        for (String written : new String[] {"", bob.substring(0, 20), bob, bob + carol.substring(0, 30), bob + carol}) {
            Files.writeString(file, written);
            live.look();
            assertKnows("alice", "bob");
        }

        live.look();
        assertKnows("bob", "alice");
        assertKnows("carol", "alice");
    }

    @Test
    void aFileThatStaysHalfWrittenIsNeverTaken() throws Exception {
        String rest = Entries.of("bob");
        Files.writeString(file, rest.substring(0, rest.length() - 1));

        try (LogCapture log = LogCapture.start()) {
            looks(5);

            assertKnows("alice", "bob");
            assertThat(log.text().lines().filter(line -> line.startsWith("ERROR")))
                    .singleElement()
                    .asString()
                    .endsWith("htpasswd " + file + ":1: broken bcrypt hash; the users read before stay");
            assertThat(log.text()).doesNotContain(rest.substring(10, 50), "can be read again");
        }
    }

    @Test
    void anAtomicRenameIsSeen() throws Exception {
        replaceBy(Entries.of("bob"));

        looks(2);
        assertKnows("bob", "alice");
    }

    @Test
    void aChangeIsSeenThatLeavesSizeAndTimeAlone() throws Exception {
        FileTime before = Files.getLastModifiedTime(file);
        Files.writeString(file, Entries.of("carol") + "\n");
        Files.setLastModifiedTime(file, before);

        looks(2);
        assertKnows("carol", "alice");
    }

    /** As the kubelet does it: the file is a link into {@code ..data}, and {@code ..data} a link that is swapped. */
    @Test
    void aSwapOfKubernetesLinksIsSeen() throws Exception {
        volume("..v1", Entries.of("alice"));
        volume("..v2", Entries.of("bob"));
        Path data = Files.createSymbolicLink(folder.resolve("..data"), Path.of("..v1"));
        Path mounted = Files.createSymbolicLink(folder.resolve("mounted"), Path.of("..data", "users"));
        live.close();
        live = open(mounted);
        assertKnows("alice", "bob");

        Path next = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..v2"));
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

        looks(2);
        assertKnows("bob", "alice");
    }

    @Test
    void whileTheFileIsGoneItsUsersStayAndTheLogSaysSoOnce() throws Exception {
        try (LogCapture log = LogCapture.start()) {
            Files.delete(file);
            looks(5);
            assertKnows("alice", "bob");
            assertThat(log.text().lines().filter(line -> line.contains("no such file")))
                    .hasSize(1);

            Files.createDirectory(file);
            looks(5);
            assertThat(log.text().lines().filter(line -> line.contains("not a regular file")))
                    .hasSize(1);

            Files.delete(file);
            replaceBy(Entries.of("bob"));
            looks(3);
            assertKnows("bob", "alice");
            assertThat(log.text()).contains("can be read again", "reloaded users=1");
            assertThat(log.text().lines().filter(line -> line.startsWith("ERROR")))
                    .hasSize(2);
        }
    }

    @Test
    void theOldContentCountsAgainAfterABrokenOne() throws Exception {
        String alice = Files.readString(file);
        Files.writeString(file, "nonsense");
        looks(2);
        Files.writeString(file, alice + Entries.of("bob"));
        looks(2);
        assertKnows("bob", "nobody");

        Files.writeString(file, alice);
        looks(2);
        assertKnows("alice", "bob");
    }

    @Test
    void noLogLineHoldsAPasswordOrAHash() throws Exception {
        String entry = Entries.of("bob");
        try (LogCapture log = LogCapture.start()) {
            for (String content :
                    new String[] {entry, entry + "\n" + entry, entry + "x", "bob:" + Entries.password("bob")}) {
                Files.writeString(file, content);
                looks(3);
            }

            assertThat(log.text()).contains("earlier line already", "broken bcrypt", "plain text");
            assertThat(log.text()).doesNotContain(entry.substring(10, 40), Entries.password("bob"));
        }
    }

    @Test
    void aFileThatCannotBeUsedIsRefusedAtOnce() throws Exception {
        Files.writeString(file, "nonsense");

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(HtpasswdFileException.class)
                .hasMessage(file + ":1: not of the form user:hash");
    }

    private LiveFile open(Path path) throws HtpasswdFileException {
        return new LiveFile(vertx, new HtpasswdConfig(path, Format.HTPASSWD, INTERVAL));
    }

    private void looks(int count) {
        for (int look = 0; look < count; look++) {
            live.look();
        }
    }

    private void assertKnows(String user, String stranger) {
        assertThat(Entries.letsIn(live.users(), user)).as(user).isTrue();
        assertThat(Entries.letsIn(live.users(), stranger)).as(stranger).isFalse();
    }

    private void replaceBy(String content) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), content);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void volume(String name, String content) throws IOException {
        Files.writeString(Files.createDirectory(folder.resolve(name)).resolve("users"), content);
    }
}
