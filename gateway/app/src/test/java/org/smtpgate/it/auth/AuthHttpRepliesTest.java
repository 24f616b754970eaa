package org.smtpgate.it.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.auth.User;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.DeferredLoginException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.RefusedLoginException;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.auth.ScriptedService;

/** nginx and the gateway before a service that gives both the same answer: what their clients read. */
@Timeout(120)
class AuthHttpRepliesTest {

    @TempDir
    private static Path folder;

    private static AuthHttpScene scene;

    /**
     * An answer of the service.
     *
     * @param nginx what nginx' client reads
     * @param stays whether nginx keeps the session
     * @param gateway the code that the gateway's client reads
     * @param inWords whether the gateway's client reads the very words that nginx' does
     */
    record Case(String name, String answer, String nginx, boolean stays, int gateway, boolean inWords) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        scene = new AuthHttpScene(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        scene.close();
    }

    private static String server() {
        return "Auth-Server: 127.0.0.1\r\nAuth-Port: " + scene.upstream.port() + "\r\n";
    }

    private static Case alike(String name, String answer, String nginx, int gateway) {
        return new Case(name, answer, nginx, true, gateway, gateway != 235);
    }

    /** nginx ends the session with the refusal, the gateway does not: its own limit of failures counts. */
    private static Case closed(String name, String answer, String nginx, int gateway) {
        return new Case(name, answer, nginx, false, gateway, true);
    }

    /** To nginx that is a fault of its own, and the session's end; to the gateway one login that nobody could judge. */
    private static Case senseless(String name, String answer) {
        return new Case(name, answer, "451 4.3.2 Internal server error", false, 454, false);
    }

    static Stream<Case> cases() {
        return Stream.of(
                alike("OK", "HTTP/1.0 200 OK\r\nAuth-Status: OK\r\n" + server(), "235 2.0.0 OK", 235),
                alike("OK, with status 500", "HTTP/1.0 500 No\r\nAuth-Status: OK\r\n" + server(), "235 2.0.0 OK", 235),
                alike("OK, without a status line", "Auth-Status: OK\r\n" + server(), "235 2.0.0 OK", 235),
                alike("OK, lower case, LF", ("auth-status: OK\r\n" + server()).replace("\r", ""), "235 2.0.0 OK", 235),
                alike(
                        "OK, with another user",
                        "Auth-Status: OK\r\nAuth-User: box 7\r\nAuth-Pass: x\r\n" + server(),
                        "235 2.0.0 OK",
                        235),
                alike("refused", "Auth-Status: Invalid login\r\nAuth-Wait: 1\r\n", "535 5.7.0 Invalid login", 535),
                alike(
                        "refused, with a code",
                        "Auth-Status: No such box\r\nAuth-Error-Code: 550 5.1.1\r\nAuth-Wait: 1\r\n",
                        "550 5.1.1 No such box",
                        550),
                alike(
                        "not now",
                        "Auth-Status: Come again\r\nAuth-Error-Code: 451 4.3.0\r\nAuth-Wait: 1\r\n",
                        "451 4.3.0 Come again",
                        451),
                alike(
                        "both OK and not",
                        "Auth-Status: OK\r\nAuth-Status: No\r\nAuth-Wait: 1\r\n" + server(),
                        "535 5.7.0 No",
                        535),
                closed("refused, with no wait", "Auth-Status: Invalid login\r\n", "535 5.7.0 Invalid login", 535),
                closed("refused, not even by HTTP", "Auth-Status: 0\r\nAuth-Wait: x\r\n", "535 5.7.0 0", 535),
                senseless("no answer", ScriptedService.HANG_UP),
                senseless("a page", "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html>"),
                senseless("no server", "Auth-Status: OK\r\n"),
                senseless("no port", "Auth-Status: OK\r\nAuth-Server: 127.0.0.1\r\n"),
                senseless("a bad port", "Auth-Status: OK\r\nAuth-Server: 127.0.0.1\r\nAuth-Port: 70000\r\n"),
                senseless("a line that is no header", "Auth-Status: OK\r\nX_Y: 1\r\n" + server()),
                senseless("a status that is empty", "Auth-Status:\r\n"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theSameAnswer(Case given) {
        scene.answer(request -> given.answer().isEmpty() ? given.answer() : given.answer() + "\r\n");

        try (SmtpClient nginx = AuthHttpScene.plain(scene.nginxPlain)) {
            assertThat(login(nginx).toString()).isEqualTo(given.nginx());
            if (given.stays()) {
                nginx.send("NOOP").expect(250);
            } else {
                nginx.expectCleanEnd();
            }
        }
        try (SmtpClient gateway = AuthHttpScene.plain(scene.gatewayPlain)) {
            Answer answer = login(gateway);
            assertThat(answer.code()).isEqualTo(given.gateway());
            if (given.inWords()) {
                assertThat(answer.toString()).isEqualTo(given.nginx());
            }
            gateway.send("NOOP").expect(250);
        }
        if (given.inWords()) {
            assertThat(wordsOf(failure())).isEqualTo(given.nginx());
        }
    }

    @ParameterizedTest
    @MethodSource("bothPorts")
    void waitIsFollowedByAnotherQuestion(String who, int port) {
        AtomicInteger asked = new AtomicInteger();
        scene.answer(request -> asked.incrementAndGet() == 1
                ? "Auth-Status: WAIT\r\nAuth-Wait: 1\r\n\r\n"
                : "Auth-Status: OK\r\n" + server() + "\r\n");

        try (SmtpClient client = AuthHttpScene.plain(port)) {
            assertThat(login(client).code()).isEqualTo(235);
        }

        assertThat(asked).hasValue(2);
    }

    static Stream<Object[]> bothPorts() {
        return Stream.of(new Object[] {"nginx", scene.nginxPlain}, new Object[] {"gateway", scene.gatewayPlain});
    }

    /** nginx passes on whatever code it gets, be it that of a success: no client shall take a refusal for that. */
    @ParameterizedTest
    @MethodSource("codesThatRefuseNothing")
    void aCodeThatRefusesNothingIsNotPassedOn(String code) {
        UnaryOperator<String> script =
                request -> "Auth-Status: No\r\nAuth-Error-Code: " + code + "\r\nAuth-Wait: 1\r\n\r\n";
        scene.answer(script);

        try (SmtpClient gateway = AuthHttpScene.plain(scene.gatewayPlain)) {
            assertThat(login(gateway).code()).isEqualTo(454);
        }
    }

    static Stream<String> codesThatRefuseNothing() {
        return Stream.of("235 2.0.0", "334", "421 4.7.0", "nonsense");
    }

    private static Answer login(SmtpClient client) {
        return AuthHttpScene.say(client, "AUTH PLAIN " + AuthHttpScene.base64("\0anna\0pass"));
    }

    private static Throwable failure() {
        AuthBackend backend = scene.backend(new JsonObject());
        SocketAddress here = SocketAddress.inetSocketAddress(1, "127.0.0.1");
        SubmittedPassword submitted = new SubmittedPassword(
                "", "anna", "pass", new Origin("submission", "s", here, here, null, "client.test", 1));
        Promise<User> answer = Promise.promise();
        scene.vertx().runOnContext(turn -> backend.authenticate(submitted).onComplete(answer));
        Future<Throwable> failure = answer.future().transform((user, cause) -> Future.succeededFuture(cause));
        try {
            return failure.await(20, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }

    private static String wordsOf(Throwable failure) {
        return failure instanceof RefusedLoginException refused
                ? refused.reply().toString()
                : ((DeferredLoginException) failure).reply().toString();
    }
}
