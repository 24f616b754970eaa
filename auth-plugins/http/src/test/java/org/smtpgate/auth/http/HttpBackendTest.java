package org.smtpgate.auth.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.DeferredLoginException;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.RefusedLoginException;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.SubmittedToken;
import org.smtpgate.auth.TooBusyException;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.auth.ScriptedService;

/** Backends as the gateway makes them, before services that behave well, badly or not at all. */
@Timeout(60)
class HttpBackendTest {

    /** The ways of asking. */
    enum Way {
        NGINX,
        KEPT_ALIVE,
        JSON;

        String accepts() {
            return this == JSON
                    ? "HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{\"result\":\"accepted\"}"
                    : "HTTP/1.1 200 OK\r\nAuth-Status: OK\r\nAuth-Server: ::1\r\nAuth-Port: 25\r\n"
                            + "Content-Length: 0\r\n\r\n";
        }
    }

    private final Vertx vertx = Vertx.vertx();
    private final List<ScriptedService> services = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() throws Exception {
        services.forEach(ScriptedService::close);
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource
    void anotherUrlIsAskedWhereOneGivesNoAnswerAndIsKeptTo(Way way) throws Exception {
        ScriptedService gone = service(request -> way.accepts());
        gone.close();
        ScriptedService silent = service(request -> ScriptedService.SILENCE);
        ScriptedService hangsUp = service(request -> ScriptedService.HANG_UP);
        ScriptedService well = service(request -> way.accepts());
        AuthBackend backend = backend(settings(way, gone, silent, hangsUp, well).put("timeout", "500ms"));

        assertThat(Logins.accepted(vertx, backend, Logins.password("anna")).subject())
                .isEqualTo("anna");
        Logins.accepted(vertx, backend, Logins.password("anna"));

        assertThat(silent.requests()).hasSize(1);
        assertThat(well.requests()).hasSize(2);
    }

    /** Most web servers answer 400 or 431 to headers that long: that would be trouble, and five of them an outage for all. */
    @ParameterizedTest
    @EnumSource(names = {"NGINX", "KEPT_ALIVE"})
    void aPasswordThatNoHeaderHoldsIsWrongAndTheServiceIsNotAsked(Way way) throws Exception {
        ScriptedService service = service(request -> way.accepts());
        AuthBackend backend = backend(settings(way, service));

        for (String longest : List.of("x".repeat(4093), " ".repeat(1366))) {
            SubmittedPassword submitted = new SubmittedPassword(
                    "", "anna", longest, Logins.password("anna").origin());
            assertThat(Logins.failure(vertx, backend, submitted)).isInstanceOf(InvalidCredentialsException.class);
        }
        assertThat(service.requests()).isEmpty();
        Logins.accepted(
                vertx,
                backend,
                new SubmittedPassword(
                        "", "anna", "x".repeat(4092), Logins.password("anna").origin()));
    }

    @ParameterizedTest
    @EnumSource
    void noOtherUrlIsAskedOnceAnAnswerHasBegun(Way way) throws Exception {
        ScriptedService breaksOff = service(request -> "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nAuth-St");
        ScriptedService well = service(request -> way.accepts());
        AuthBackend backend = backend(settings(way, breaksOff, well).put("timeout", "500ms"));

        if (way == Way.NGINX) {
            assertThat(Logins.failure(vertx, backend, Logins.password("anna")))
                    .hasMessageContaining("the answer ended within its headers");
            assertThat(well.requests()).isEmpty();
        } else {
            // Half a header is nothing yet to a client of HTTP.
            Logins.accepted(vertx, backend, Logins.password("anna"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"KEPT_ALIVE", "JSON"})
    void aConnectionIsKeptAndReplacedWhenTheServiceClosesIt(Way way) throws Exception {
        ScriptedService service = service(request -> way.accepts());
        AuthBackend backend = backend(settings(way, service));
        Logins.accepted(vertx, backend, Logins.password("anna"));
        Logins.accepted(vertx, backend, Logins.password("anna"));
        assertThat(service.connections()).isEqualTo(1);

        // As a service does that ends a kept connection at the very moment when the next question comes.
        service.answer(request -> {
            service.answer(next -> way.accepts());
            return ScriptedService.HANG_UP;
        });

        Logins.accepted(vertx, backend, Logins.password("anna"));
        assertThat(service.connections()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotAcceptedInTimeCannotBeTold(Way way) throws Exception {
        AuthBackend backend = backend(
                settings(way, service(request -> ScriptedService.SILENCE)).put("timeout", "300ms"));

        assertThat(Logins.failure(vertx, backend, Logins.password("anna")))
                .isNotInstanceOf(InvalidCredentialsException.class)
                .hasMessageContaining("no answer within 300 ms");
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerOfAnyLengthIsNotKept(Way way) throws Exception {
        String much = "X-Much: " + "x".repeat(100) + "\r\n";
        String endless = way == Way.NGINX
                ? "HTTP/1.1 200 OK\r\n" + much.repeat(1_000)
                : "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000);
        AuthBackend backend = backend(settings(way, service(request -> endless)));

        assertThat(Logins.failure(vertx, backend, Logins.password("anna"))).hasMessageContaining("longer than");
    }

    @ParameterizedTest
    @EnumSource
    void tlsIsVerified(Way way) throws Exception {
        Path trust = Files.writeString(folder.resolve("authority.crt"), TestCertificates.authorityPem());
        ScriptedService right = tls(TestCertificates.server().serverContext(), way);
        ScriptedService wrongName = tls(TestCertificates.wrongHost().serverContext(), way);
        ScriptedService untrusted = tls(TestCertificates.untrusted().serverContext(), way);
        JsonObject tls = new JsonObject().put("trust", trust.toString());

        Logins.accepted(vertx, backend(secure(way, right).put("tls", tls)), Logins.password("anna"));
        for (JsonObject settings : List.of(
                secure(way, right),
                secure(way, wrongName).put("tls", tls),
                secure(way, untrusted).put("tls", tls))) {
            assertThat(Logins.failure(vertx, backend(settings), Logins.password("anna")))
                    .isNotInstanceOf(InvalidCredentialsException.class);
        }
        assertThat(right.requests()).hasSize(1);
        assertThat(wrongName.requests()).isEmpty();
        assertThat(untrusted.requests()).isEmpty();
    }

    @Test
    void aServiceThatSaysWaitIsAskedAgain() throws Exception {
        ScriptedService service = service(request -> "Auth-Status: WAIT\r\nAuth-Wait: 1\r\n\r\n");
        AuthBackend backend = backend(settings(Way.NGINX, service));

        Future<User> answer = Logins.submit(vertx, backend, Logins.password("anna"));
        await().atMost(Duration.ofSeconds(10)).until(() -> service.requests().size() == 1);
        service.answer(request -> Way.NGINX.accepts());

        assertThat(answer.await(20, TimeUnit.SECONDS).subject()).isEqualTo("anna");
        assertThat(service.requests())
                .hasSize(2)
                .allSatisfy(request ->
                        assertThat(request).isEqualTo(service.requests().get(0)));
    }

    @Test
    void aServiceThatSaysWaitForTooLongCannotTell() throws Exception {
        AuthBackend backend =
                backend(settings(Way.NGINX, service(request -> "Auth-Status: WAIT\r\nAuth-Wait: 60\r\n\r\n")));

        assertThat(Logins.failure(vertx, backend, Logins.password("anna")))
                .hasMessage("it is to be asked again too late");
    }

    @Test
    void aRefusalComesWhenTheServiceWantsItAndInItsWords() throws Exception {
        AuthBackend backend = backend(settings(
                Way.NGINX,
                service(request -> "Auth-Status: No such user\r\nAuth-Error-Code: 550 5.7.1\r\nAuth-Wait: 1\r\n\r\n")));
        long began = System.nanoTime();

        assertThat(Logins.failure(vertx, backend, Logins.password("anna")))
                .isInstanceOfSatisfying(
                        RefusedLoginException.class,
                        refused -> assertThat(refused.reply()).hasToString("550 5.7.1 No such user"));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(990));
    }

    @Test
    void aCodeThatSaysComeAgainIsNoWrongPassword() throws Exception {
        AuthBackend backend = backend(
                settings(Way.NGINX, service(request -> "Auth-Status: Later\r\nAuth-Error-Code: 451 4.3.0\r\n\r\n")));

        assertThat(Logins.failure(vertx, backend, Logins.password("anna")))
                .isInstanceOfSatisfying(
                        DeferredLoginException.class,
                        deferred -> assertThat(deferred.reply()).hasToString("451 4.3.0 Later"));
    }

    @Test
    void noMoreConnectionsAreOpenedThanAllowedAndWhoWaitsTooLongIsTold() throws Exception {
        ScriptedService service = service(request -> ScriptedService.SILENCE);
        AuthBackend backend =
                backend(settings(Way.NGINX, service).put("timeout", "500ms").put("max-connections", 2));

        List<Future<User>> answers = new ArrayList<>();
        for (int login = 0; login < 20; login++) {
            answers.add(Logins.submit(vertx, backend, Logins.password("anna")));
        }
        Future.join(answers).otherwiseEmpty().await(20, TimeUnit.SECONDS);

        assertThat(answers).allMatch(Future::failed);
        assertThat(answers)
                .filteredOn(answer -> answer.cause() instanceof TooBusyException)
                .hasSizeGreaterThan(10);
        service.answer(request -> Way.NGINX.accepts());
        Logins.accepted(vertx, backend, Logins.password("anna"));
    }

    @Test
    void closingAnswersWhatIsUnderWay() throws Exception {
        ScriptedService service = service(request -> ScriptedService.SILENCE);
        AuthBackend backend = backend(settings(Way.NGINX, service).put("timeout", "20s"));
        Future<User> answer = Logins.submit(vertx, backend, Logins.password("anna"));
        await().atMost(Duration.ofSeconds(10)).until(() -> !service.requests().isEmpty());

        backend.close().await(20, TimeUnit.SECONDS);

        answer.otherwiseEmpty().await(5, TimeUnit.SECONDS);
        assertThat(answer.failed()).isTrue();
    }

    @Test
    void onlyWhatIsConfiguredIsJudged() throws Exception {
        AuthBackend backend = backend(settings(Way.NGINX, service(request -> Way.NGINX.accepts())));

        assertThat(Logins.failure(vertx, backend, new SubmittedToken("", "anna", "tok", Logins.origin(null))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theTextOfAPasswordIsNeverPartOfAFailure() throws Exception {
        AuthBackend backend = backend(settings(
                Way.JSON,
                service(request -> "HTTP/1.1 200 OK\r\nContent-Length: " + Logins.PASSWORD.length() + "\r\n\r\n"
                        + Logins.PASSWORD)));

        assertThat(Logins.failure(vertx, backend, new SubmittedPassword("", "a", Logins.PASSWORD, Logins.origin(null))))
                .hasMessage("its answer is not JSON of the form that is asked for")
                .hasNoCause();
    }

    private ScriptedService service(UnaryOperator<String> script) {
        ScriptedService service = ScriptedService.start(script);
        services.add(service);
        return service;
    }

    private ScriptedService tls(javax.net.ssl.SSLContext context, Way way) {
        ScriptedService service = ScriptedService.start(context, request -> way.accepts());
        services.add(service);
        return service;
    }

    private AuthBackend backend(JsonObject settings) {
        return new HttpPlugin().create(new AuthContext(vertx, folder), settings);
    }

    private static JsonObject settings(Way way, ScriptedService... services) {
        JsonArray urls = new JsonArray();
        for (ScriptedService service : services) {
            urls.add("http://127.0.0.1:" + service.port() + "/auth");
        }
        JsonObject settings = new JsonObject()
                .put("protocol", way == Way.JSON ? "json" : "nginx")
                .put("url", urls);
        return way == Way.KEPT_ALIVE ? settings.put("keep-alive", true) : settings;
    }

    private static JsonObject secure(Way way, ScriptedService service) {
        return settings(way, service).put("url", "https://127.0.0.1:" + service.port() + "/auth");
    }
}
