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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
import org.smtpgate.auth.SubmittedToken;
import org.smtpgate.auth.Tls;
import org.smtpgate.sasl.CredentialKind;
import org.smtpgate.testkit.oauth.TokenKey;

/** What every plugin that judges bearer tokens owes the gateway; {@link AuthPluginContract} says the same of passwords. */
@Timeout(60)
public abstract class TokenPluginContract {
    /** Where submitted credentials come from. */
    public static final Origin ORIGIN = new Origin(
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

    /** Settings with which {@link #plugin} builds a backend, whose server does not answer. */
    protected abstract JsonObject settings() throws Exception;

    /** A backend in good health. */
    protected abstract AuthBackend working() throws Exception;

    /** A backend that cannot tell, as its server is down. */
    protected abstract AuthBackend broken() throws Exception;

    /** A token that is good now, with the three parts of a JWT; no two are the same. */
    protected abstract String token();

    /** The canonical login of its user. */
    protected abstract String login();

    /** How often the server was asked about tokens, or for what tells good ones from bad. */
    protected abstract long questions();

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
    void buildsABackendThatAcceptsTokensWhileItsServerIsDown() throws Exception {
        AuthBackend backend = opened(plugin().create(new AuthContext(vertx, folder), settings()));

        assertThat(backend.accepts()).contains(CredentialKind.TOKEN);
        assertCannotTell(authenticate(backend, login(), token()));
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
    void acceptsAGoodTokenAndNamesTheUser() throws Exception {
        AuthBackend backend = opened(working());

        assertThat(await(authenticate(backend, login(), token())).subject()).isEqualTo(login());
        assertThat(await(authenticate(backend, "", token())).subject())
                .as("the token says who it is")
                .isEqualTo(login());
    }

    @Test
    void refusesATokenUnderAnotherNameThanItsUsers() throws Exception {
        AuthBackend backend = opened(working());

        assertRefused(backend, "mallory", token());
        assertRefused(backend, login() + "\0", token());
        assertRefused(backend, " ", token());
        assertRefused(new SubmittedToken("mallory", login(), token(), ORIGIN), backend);
        assertRefused(new SubmittedToken("mallory", "", token(), ORIGIN), backend);
    }

    @Test
    void refusesATokenThatSomebodyHasChanged() throws Exception {
        AuthBackend backend = opened(working());
        String[] parts = token().split("\\.");
        String[] others = token().split("\\.");

        assertRefused(backend, login(), parts[0] + "." + parts[1] + "." + flipped(parts[2]));
        assertRefused(backend, login(), parts[0] + "." + others[1] + "." + parts[2]);
        assertRefused(backend, login(), parts[0] + "." + parts[1] + ".");
        assertRefused(backend, login(), parts[0] + "." + parts[1]);
        assertRefused(backend, login(), parts[1]);
    }

    @Test
    void refusesAnEmptyTokenWithoutAskingAnyone() throws Exception {
        AuthBackend backend = opened(working());
        long before = questions();

        assertRefused(backend, login(), "");
        assertRefused(backend, "", "");
        assertThat(questions()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("hostileTexts")
    void takesNoHostileTokenForAGoodOne(String hostile) throws Exception {
        AuthBackend backend = opened(working());

        assertRefused(backend, login(), hostile);
        assertRefused(backend, login(), hostile + token());
    }

    @Test
    void aBrokenBackendSaysThatItCannotTell() throws Exception {
        AuthBackend backend = opened(broken());

        assertCannotTell(authenticate(backend, login(), token()));
    }

    @Test
    void aClosedBackendSaysThatItCannotTell() throws Exception {
        AuthBackend backend = working();
        await(backend.close());

        assertCannotTell(authenticate(backend, login(), token()));
    }

    /** The quickest of ten calls is looked at, so that a busy machine fails nothing. */
    @Test
    void returnsAtOnceAndAnswersLater() throws Exception {
        AuthBackend backend = opened(working());
        await(authenticate(backend, login(), token()));
        List<Long> nanos = new ArrayList<>();
        List<Boolean> answeredAtOnce = new ArrayList<>();

        for (int call = 0; call < 10; call++) {
            SubmittedToken submitted = new SubmittedToken("", login(), token(), ORIGIN);
            CompletableFuture<Future<User>> called = new CompletableFuture<>();
            vertx.runOnContext(turn -> {
                long start = System.nanoTime();
                Future<User> answer = backend.authenticate(submitted);
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
    void noTokenIsEverLoggedOrQuotedInAFailure() throws Exception {
        String good = token();
        String bad = good.substring(0, good.lastIndexOf('.') + 1) + "xyz";
        List<Throwable> failures = new ArrayList<>();
        String logged;
        try (LogCapture log = LogCapture.start()) {
            AuthBackend healthy = opened(working());
            await(authenticate(healthy, login(), good));
            failures.add(failure(authenticate(healthy, login(), bad)));
            failures.add(failure(authenticate(healthy, "mallory", good)));
            failures.add(failure(authenticate(opened(broken()), login(), good)));
            logged = log.text();
        }

        String[] parts = good.split("\\.");
        assertThat(logged).doesNotContain(parts[1], parts[2]);
        assertThat(failures)
                .allSatisfy(failure -> assertThat(withTrace(failure)).doesNotContain(parts[1], parts[2]));
    }

    static List<Named<String>> hostileTexts() {
        return List.of(
                named("one dot", "."),
                named("two dots", ".."),
                named("no algorithm", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9."),
                named("an object", "{\"alg\":\"none\"}"),
                named("form field", "x&active=true"),
                named("header", "x\r\nX-Admin: 1"),
                named("line break", "\r\n"),
                named("NUL", "\0"),
                named("lone surrogate", "\ud83d"),
                named("format", "%s{}${env:HOME}"),
                named("20 kB", "x".repeat(20 * 1024)),
                named("deep", "eyJhbGciOiJSUzI1NiJ9." + deep() + ".x"));
    }

    /** A parser that calls itself for each bracket would run out of stack. */
    private static String deep() {
        return TokenKey.base64("[".repeat(8 * 1024).getBytes(StandardCharsets.US_ASCII));
    }

    private static String flipped(String text) {
        char first = text.charAt(0) == 'A' ? 'B' : 'A';
        return first + text.substring(1);
    }

    private AuthBackend opened(AuthBackend backend) {
        opened.add(backend);
        return backend;
    }

    protected static void assertRefused(AuthBackend backend, String username, String token) {
        assertRefused(new SubmittedToken("", username, token, ORIGIN), backend);
    }

    private static void assertRefused(SubmittedToken submitted, AuthBackend backend) {
        assertThat(failure(authenticate(backend, submitted)))
                .isExactlyInstanceOf(InvalidCredentialsException.class)
                .hasMessage("invalid credentials");
    }

    protected static void assertCannotTell(Future<User> answer) {
        assertThat(failure(answer)).isNotInstanceOf(InvalidCredentialsException.class);
    }

    /** On an event loop, as the gateway does. */
    protected static Future<User> authenticate(AuthBackend backend, String username, String token) {
        return authenticate(backend, new SubmittedToken("", username, token, ORIGIN));
    }

    private static Future<User> authenticate(AuthBackend backend, SubmittedToken submitted) {
        Promise<User> answer = Promise.promise();
        vertx.runOnContext(turn -> backend.authenticate(submitted).onComplete(answer));
        return answer.future();
    }

    protected static <T> T await(Future<T> future) {
        try {
            return future.await(20, TimeUnit.SECONDS);
        } catch (TimeoutException hung) {
            throw new AssertionError("no answer within 20 s", hung);
        }
    }

    protected static Throwable failure(Future<User> answer) {
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
