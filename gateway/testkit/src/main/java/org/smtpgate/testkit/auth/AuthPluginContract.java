package org.smtpgate.testkit.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Named.named;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.auth.User;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.Tls;
import org.smtpgate.sasl.CredentialKind;

/**
 * What every plugin that judges passwords owes the gateway. A plugin's test extends this class and supplies a backend
 * that knows {@link #USER} and {@link #UNICODE_USER}; verifying {@link #USER}'s password must take it some 10 ms, as a
 * real hash or a real server does.
 */
@Timeout(60)
public abstract class AuthPluginContract {
    protected static final String USER = "alice";
    protected static final String PASSWORD = "correct Horse-7 battery";
    protected static final String UNICODE_USER = "jürgen";
    protected static final String UNICODE_PASSWORD = "пароль-🔑-ß";

    private static final String WRONG_PASSWORD = "wr0ng-Tr0ub4dor&3";
    private static final Origin ORIGIN = new Origin(
            "submission",
            "contract",
            SocketAddress.inetSocketAddress(50587, "192.0.2.7"),
            SocketAddress.inetSocketAddress(587, "192.0.2.2"),
            new Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", null),
            "client.example",
            1);

    protected static Vertx vertx;

    @TempDir
    protected Path folder;

    private final List<AuthBackend> opened = new ArrayList<>();

    /** The plugin under test. */
    protected abstract AuthPlugin plugin();

    /** Settings with which {@link #plugin} builds a backend. */
    protected abstract JsonObject settings() throws Exception;

    /** A backend in good health that knows both users. */
    protected abstract AuthBackend working() throws Exception;

    /** A backend that knows both users but cannot tell: overloaded, or its server is down. */
    protected abstract AuthBackend broken() throws Exception;

    /** How often the backend of {@link #working} has done what makes a login costly: a hash, a question to a server. */
    protected abstract long workDone();

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        await(vertx.close());
    }

    @AfterEach
    void closeBackends() {
        opened.forEach(backend -> await(backend.close()));
    }

    @Test
    void isFoundByItsName() {
        assertThat(ServiceLoader.load(AuthPlugin.class).stream()
                        .map(found -> found.get().name()))
                .contains(plugin().name());
        assertThat(plugin().name()).isLowerCase();
    }

    @Test
    void buildsABackendThatAcceptsPasswords() throws Exception {
        AuthBackend backend = opened(plugin().create(new AuthContext(vertx, folder), settings()));

        assertThat(backend.accepts()).contains(CredentialKind.PASSWORD);
    }

    @Test
    void refusesASettingThatItDoesNotKnow() throws Exception {
        JsonObject settings = settings().put("no-such-setting", 1);

        assertThatThrownBy(() -> plugin().create(new AuthContext(vertx, folder), settings))
                .isInstanceOfSatisfying(
                        AuthConfigException.class,
                        wrong -> assertThat(wrong.key()).isEqualTo("no-such-setting"));
    }

    @Test
    void acceptsTheRightPasswordAndNamesTheUser() throws Exception {
        User user = await(authenticate(opened(working()), USER, PASSWORD));

        assertThat(user.subject()).isEqualTo(USER);
    }

    @Test
    void acceptsNamesAndPasswordsBeyondAscii() throws Exception {
        User user = await(authenticate(opened(working()), UNICODE_USER, UNICODE_PASSWORD));

        assertThat(user.subject()).isEqualTo(UNICODE_USER);
    }

    @Test
    void refusesAWrongPassword() throws Exception {
        AuthBackend backend = opened(working());

        assertRefused(backend, USER, WRONG_PASSWORD);
        assertRefused(backend, USER, PASSWORD + " ");
        assertRefused(backend, USER, PASSWORD.toUpperCase(Locale.ROOT));
        assertRefused(backend, USER, UNICODE_PASSWORD);
    }

    @Test
    void anUnknownUserLooksLikeAWrongPasswordAndCostsTheSame() throws Exception {
        AuthBackend backend = opened(working());
        long atFirst = workDone();
        Throwable wrongPassword = failure(authenticate(backend, USER, WRONG_PASSWORD));
        long afterWrongPassword = workDone();
        Throwable unknownUser = failure(authenticate(backend, "nobody", WRONG_PASSWORD));

        assertThat(unknownUser).hasSameClassAs(wrongPassword).hasMessage(wrongPassword.getMessage());
        assertThat(afterWrongPassword - atFirst).isPositive();
        assertThat(workDone() - afterWrongPassword).isEqualTo(afterWrongPassword - atFirst);
    }

    @Test
    void refusesAnEmptyPasswordWithoutAskingAnyone() throws Exception {
        AuthBackend backend = opened(working());
        long before = workDone();

        assertRefused(backend, USER, "");
        assertRefused(backend, "nobody", "");
        assertThat(workDone()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("hostileTexts")
    void takesNoHostileNameForAUser(String hostile) throws Exception {
        AuthBackend backend = opened(working());

        assertRefused(backend, hostile, PASSWORD);
        assertRefused(backend, USER + hostile, PASSWORD);
    }

    @ParameterizedTest
    @MethodSource("hostileTexts")
    void takesNoHostilePasswordForTheRightOne(String hostile) throws Exception {
        AuthBackend backend = opened(working());

        assertRefused(backend, USER, hostile);
        assertRefused(backend, USER, PASSWORD + hostile);
    }

    @Test
    void aBrokenBackendSaysThatItCannotTell() throws Exception {
        AuthBackend backend = opened(broken());

        assertCannotTell(authenticate(backend, USER, PASSWORD));
        assertCannotTell(authenticate(backend, USER, WRONG_PASSWORD));
        assertCannotTell(authenticate(backend, "nobody", WRONG_PASSWORD));
    }

    @Test
    void aClosedBackendSaysThatItCannotTell() throws Exception {
        AuthBackend backend = working();
        await(backend.close());

        assertCannotTell(authenticate(backend, USER, PASSWORD));
    }

    /** The quickest and the slowest of ten calls are looked at, so that a busy machine fails nothing. */
    @Test
    void returnsAtOnceAndAnswersLater() throws Exception {
        AuthBackend backend = opened(working());
        await(authenticate(backend, USER, PASSWORD));
        List<Long> nanos = new ArrayList<>();
        List<Boolean> answeredAtOnce = new ArrayList<>();

        for (int call = 0; call < 10; call++) {
            CompletableFuture<Future<User>> called = new CompletableFuture<>();
            vertx.runOnContext(turn -> {
                long start = System.nanoTime();
                Future<User> answer = backend.authenticate(submitted(USER, PASSWORD));
                answeredAtOnce.add(answer.isComplete());
                nanos.add(System.nanoTime() - start);
                called.complete(answer);
            });
            await(called.get(20, TimeUnit.SECONDS));
        }

        assertThat(Collections.min(nanos)).isLessThan(TimeUnit.MILLISECONDS.toNanos(5));
        assertThat(answeredAtOnce).contains(false);
    }

    @Test
    void noPasswordIsEverLoggedOrQuotedInAFailure() throws Exception {
        List<Throwable> failures = new ArrayList<>();
        String logged;
        try (LogCapture log = LogCapture.start()) {
            AuthBackend healthy = opened(working());
            await(authenticate(healthy, USER, PASSWORD));
            failures.add(failure(authenticate(healthy, USER, WRONG_PASSWORD)));
            AuthBackend broken = opened(broken());
            failures.add(failure(authenticate(broken, USER, PASSWORD)));
            failures.add(failure(authenticate(broken, USER, WRONG_PASSWORD)));
            logged = log.text();
        }

        assertThat(logged).doesNotContain(PASSWORD, WRONG_PASSWORD);
        assertThat(failures)
                .allSatisfy(failure -> assertThat(withTrace(failure)).doesNotContain(PASSWORD, WRONG_PASSWORD));
    }

    static List<Named<String>> hostileTexts() {
        return List.of(
                named("LDAP wildcard", "*"),
                named("LDAP filter", "*)("),
                named("LDAP filter, closed", "*)(uid=*))(|(uid=*"),
                named("LDAP DN", ",dc=example"),
                named("SQL", "' OR '1'='1"),
                named("SQL comment", "'; --"),
                named("path", "/../" + USER),
                named("file separator", ":"),
                named("line break", "\r\n" + USER),
                named("NUL", "\0"),
                named("NUL and more", "\0" + PASSWORD),
                named("lone surrogate", "\ud83d"),
                named("format", "%s{}${env:HOME}"),
                named("10 kB", "x".repeat(10 * 1024)),
                named("10 kB beyond ASCII", "ü".repeat(5 * 1024)));
    }

    private AuthBackend opened(AuthBackend backend) {
        opened.add(backend);
        return backend;
    }

    private static void assertRefused(AuthBackend backend, String username, String password) {
        assertThat(failure(authenticate(backend, username, password)))
                .isInstanceOf(InvalidCredentialsException.class)
                .hasMessage("invalid credentials");
    }

    private static void assertCannotTell(Future<User> answer) {
        assertThat(failure(answer)).isNotInstanceOf(InvalidCredentialsException.class);
    }

    /** On an event loop, as the gateway does. */
    private static Future<User> authenticate(AuthBackend backend, String username, String password) {
        Promise<User> answer = Promise.promise();
        vertx.runOnContext(
                turn -> backend.authenticate(submitted(username, password)).onComplete(answer));
        return answer.future();
    }

    private static SubmittedPassword submitted(String username, String password) {
        return new SubmittedPassword("", username, password, ORIGIN);
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(20, TimeUnit.SECONDS);
        } catch (TimeoutException hung) {
            throw new AssertionError("no answer within 20 s", hung);
        }
    }

    private static Throwable failure(Future<User> answer) {
        await(answer.otherwiseEmpty());
        assertThat(answer.failed()).as("the login was refused").isTrue();
        return answer.cause();
    }

    private static String withTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
