package org.smtpgate.auth.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.ScramKeyStore;
import org.smtpgate.auth.SubmittedDigest;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.Tls;
import org.smtpgate.passwords.BcryptHasher;
import org.smtpgate.passwords.ScramSha256Hasher;
import org.smtpgate.sasl.CredentialKind;
import org.smtpgate.testkit.auth.LogCapture;

/** Backends as the gateway makes them, on real files, with the real clock. */
@Timeout(60)
class HtpasswdPluginTest {
    private static final Origin ORIGIN = new Origin(
            "submission",
            "plugin",
            SocketAddress.inetSocketAddress(50587, "192.0.2.7"),
            SocketAddress.inetSocketAddress(587, "192.0.2.2"),
            new Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", null),
            "client.example",
            1);
    private static final String INTERVAL = "100ms";

    /** The interval, the second look, and much for a busy machine. */
    private static final Duration RELOADED = Duration.ofSeconds(10);

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path folder;

    @AfterEach
    void stopVertx() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void aNewFileCountsWithoutARestart() throws Exception {
        AuthBackend backend = backendOn("users", Entries.of("alice"));
        assertThat(letsIn(backend, "alice")).isTrue();

        replace("users", Entries.of("bob"));

        await().atMost(RELOADED).until(() -> letsIn(backend, "bob"));
        assertThat(letsIn(backend, "alice")).isFalse();
    }

    /** Or the gateway would remember for as long as its cache does that a user who is gone may log in. */
    @Test
    void whoRemembersItsAnswersIsToldOfANewFile() throws Exception {
        AuthBackend backend = backendOn("users", Entries.of("alice"));
        AtomicInteger changes = new AtomicInteger();
        backend.onChange(changes::incrementAndGet);

        replace("users", Entries.of("bob"));

        await().atMost(RELOADED).until(() -> changes.get() == 1);
        assertThat(letsIn(backend, "alice")).isFalse();
    }

    @Test
    void aRewriteInPlaceCountsWithoutARestart() throws Exception {
        AuthBackend backend = backendOn("users", Entries.of("alice"));

        Files.writeString(folder.resolve("users"), Entries.of("bob"));

        await().atMost(RELOADED).until(() -> letsIn(backend, "bob"));
        assertThat(letsIn(backend, "alice")).isFalse();
    }

    @Test
    void closingOneBackendLeavesAnotherAliveAndReloading() throws Exception {
        AuthBackend first = backendOn("first", Entries.of("alice"));
        AuthBackend second = backendOn("second", Entries.of("bob"));

        first.close().await(20, TimeUnit.SECONDS);

        assertThat(letsIn(second, "bob")).isTrue();
        replace("second", Entries.of("carol"));
        await().atMost(RELOADED).until(() -> letsIn(second, "carol"));
    }

    @Test
    void aFileThatCannotBeUsedIsAMistakeOfTheConfiguration() throws Exception {
        Path file = Files.writeString(folder.resolve("users"), Entries.of("alice") + "\nbob");

        assertMistake("users", file + ":2: not of the form user:hash");
        assertMistake("missing", folder.resolve("missing") + ": no such file");
    }

    /** A thread's wake-up and the way back cost more than one pass of SHA-2. */
    @Test
    void whatIsQuicklyCheckedIsAnsweredAtOnce() throws Exception {
        AuthBackend backend = backendOn("users", "alice:{PLAIN}" + Entries.password("alice"));

        assertThat(asked(backend, "alice", Entries.password("alice")).succeeded())
                .isTrue();
        assertThat(asked(backend, "alice", "wrong").cause()).isInstanceOf(InvalidCredentialsException.class);
        assertThat(asked(backend, "bob", "wrong").cause()).isInstanceOf(InvalidCredentialsException.class);
    }

    /** By the wall clock; the quickest of several, so that a busy machine fails nothing. */
    @Test
    void anUnknownUserTakesAsLongAsAWrongPassword() throws Exception {
        AuthBackend backend = backendOn("users", "alice:" + new BcryptHasher().hash(Entries.password("alice")));
        quickest(backend, "alice");

        long wrongPassword = quickest(backend, "alice");
        long unknownUser = quickest(backend, "nobody");

        assertThat(unknownUser).isBetween(wrongPassword / 2, wrongPassword * 2);
    }

    @Test
    void scramAndCramMd5AreOfferedWhileUsersCanUseThem() throws Exception {
        String keys = new ScramSha256Hasher().hash("secret");
        AuthBackend backend = backendOn("users", Entries.of("alice"));
        assertOffered(backend, false);
        replace("users", "alice:" + keys + "\n" + Entries.of("bob"));
        await().atMost(RELOADED).untilAsserted(() -> assertOffered(backend, false, "SHA-256"));
        assertThat(((ScramKeyStore) backend).usualIterations()).isEqualTo(16_384);
        replace("users", "alice:" + keys + "\n" + Entries.of("bob") + "\n" + Entries.of("carol"));
        await().atMost(RELOADED).untilAsserted(() -> assertOffered(backend, false));
        replace("users", "alice:{PLAIN}secret");
        await().atMost(RELOADED).untilAsserted(() -> assertOffered(backend, true, "SHA-1", "SHA-256"));
        assertThat(((ScramKeyStore) backend).usualIterations()).isEqualTo(4096);
    }

    private static void assertOffered(AuthBackend backend, boolean digest, String... scramHashes) {
        assertThat(((ScramKeyStore) backend).scramHashes()).containsExactlyInAnyOrder(scramHashes);
        assertThat(backend.accepts().contains(CredentialKind.DIGEST)).isEqualTo(digest);
        assertThat(backend.accepts()).contains(CredentialKind.PASSWORD);
    }

    @Test
    void aMechanismThatSomeUsersCannotUseIsWarnedOf() throws Exception {
        try (LogCapture log = LogCapture.start()) {
            backendOn("users", Entries.of("alice") + "\nbob:{PLAIN}secret");

            assertThat(log.text())
                    .contains(
                            "offers CRAM-MD5, by which only 1 of 2 users",
                            "offers SCRAM-SHA-256, by which only 1 of 2 users");
        }
    }

    @Test
    void scramKeysComeWithTheUserAndHisAttributes() throws Exception {
        String line = "alice:" + new ScramSha256Hasher().hash("secret") + "::::::user=alice@example.org quota=5G";
        ScramKeyStore store =
                (ScramKeyStore) backend("users", line + "\nbob:{PLAIN}secret\ncarol:{PLAIN}x::::::nologin");

        ScramKeyStore.Entry alice = keys(store, "SHA-256", "alice").orElseThrow();
        assertThat(alice.user().subject()).isEqualTo("alice@example.org");
        assertThat(alice.user().attributes().getString("quota")).isEqualTo("5G");
        assertThat(alice.keys().iterations()).isEqualTo(16_384);
        assertThat(keys(store, "SHA-1", "alice")).isEmpty();
        assertThat(keys(store, "SHA-1", "bob").orElseThrow().keys().iterations())
                .isEqualTo(4096);
        assertThat(keys(store, "SHA-256", "carol")).isEmpty();
        assertThat(keys(store, "SHA-256", "nobody")).isEmpty();
    }

    /** The challenge and the answer of RFC 2195 section 2. */
    @Test
    void anAnswerToAChallengeIsJudgedByAPlainPassword() throws Exception {
        AuthBackend backend = backend("users", "tim:{PLAIN}tanstaaftanstaaf::::::quota=5G\n" + Entries.of("alice"));
        String digest = "b913a602c7eda7a495b4e6e7334d3890";

        assertThat(answer(backend, digest("tim", digest)).result().attributes().getString("quota"))
                .isEqualTo("5G");
        assertThat(answer(backend, digest("tim", digest.replace('b', 'a'))).failed())
                .isTrue();
        assertThat(answer(backend, digest("alice", digest)).failed()).isTrue();
        assertThat(answer(backend, digest("nobody", digest)).failed()).isTrue();
    }

    private static SubmittedDigest digest(String user, String digest) {
        return new SubmittedDigest(user, "<1896.697170952@postoffice.reston.mci.net>", digest, ORIGIN);
    }

    private static Optional<ScramKeyStore.Entry> keys(ScramKeyStore store, String hash, String user) throws Exception {
        return store.scramKeys(hash, user, ORIGIN).await(20, TimeUnit.SECONDS);
    }

    /** Of Dovecot's format. */
    private AuthBackend backend(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
        return new HtpasswdPlugin().create(context(), settings(name).put("format", "passwd-file"));
    }

    private AuthBackend backendOn(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
        return new HtpasswdPlugin().create(context(), settings(name));
    }

    private void replace(String name, String content) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), content);
        Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void assertMistake(String name, String message) {
        assertThatThrownBy(() -> new HtpasswdPlugin().create(context(), settings(name)))
                .isInstanceOfSatisfying(
                        AuthConfigException.class,
                        wrong -> assertThat(wrong.key()).isEqualTo("file"))
                .hasMessage(message);
    }

    private AuthContext context() {
        return new AuthContext(vertx, folder);
    }

    private static JsonObject settings(String name) {
        return new JsonObject().put("file", name).put("reload-interval", INTERVAL);
    }

    private static boolean letsIn(AuthBackend backend, String user) {
        return answer(backend, user, Entries.password(user)).succeeded();
    }

    private static long quickest(AuthBackend backend, String user) {
        return LongStream.generate(() -> nanosOfRefusal(backend, user))
                .limit(5)
                .min()
                .orElseThrow();
    }

    private static long nanosOfRefusal(AuthBackend backend, String user) {
        long start = System.nanoTime();
        assertThat(answer(backend, user, "wrong").failed()).isTrue();
        return System.nanoTime() - start;
    }

    private static Future<User> answer(AuthBackend backend, String user, String password) {
        return answer(asked(backend, user, password));
    }

    private static Future<User> asked(AuthBackend backend, String user, String password) {
        return backend.authenticate(new SubmittedPassword("", user, password, ORIGIN));
    }

    private static Future<User> answer(AuthBackend backend, Credentials credentials) {
        return answer(backend.authenticate(credentials));
    }

    /** Yes or no: a backend that cannot tell fails the test. */
    private static Future<User> answer(Future<User> answer) {
        try {
            answer.otherwiseEmpty().await(20, TimeUnit.SECONDS);
        } catch (TimeoutException hung) {
            throw new AssertionError("no answer within 20 s", hung);
        }
        if (answer.failed()) {
            assertThat(answer.cause()).isInstanceOf(InvalidCredentialsException.class);
        }
        return answer;
    }
}
