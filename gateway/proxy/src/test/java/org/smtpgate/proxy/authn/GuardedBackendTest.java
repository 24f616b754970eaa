package org.smtpgate.proxy.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.Tls;
import org.smtpgate.auth.UndecidableLoginException;
import org.smtpgate.proxy.identity.LoginPattern;
import org.smtpgate.proxy.metrics.BackendMeters;
import org.smtpgate.sasl.CredentialKind;
import org.smtpgate.testkit.TestCertificates;

class GuardedBackendTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final BackendRules.CacheRules REMEMBERING = new BackendRules.CacheRules(LONG, LONG, 100);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Scripted backend = new Scripted();

    // ---- what is remembered

    @Test
    void aRightPasswordIsNotAskedAboutTwice() {
        GuardedBackend guarded = guarded(REMEMBERING);
        backend.answer = () -> Future.succeededFuture(User.fromName("tim"));

        assertThat(login(guarded, "tim", "right").result().subject()).isEqualTo("tim");
        assertThat(login(guarded, "tim", "right").result().subject()).isEqualTo("tim");
        assertThat(backend.asked).hasSize(1);
        assertThat(unasked("remembered")).isEqualTo(1);
    }

    @Test
    void aWrongPasswordIsNotAskedAboutTwiceAndAnotherOneIs() {
        GuardedBackend guarded = guarded(REMEMBERING);
        backend.answer = () -> Future.failedFuture(new InvalidCredentialsException());
        login(guarded, "tim", "wrong");
        backend.answer = () -> Future.succeededFuture(User.fromName("tim"));

        assertThat(login(guarded, "tim", "wrong").cause()).isInstanceOf(InvalidCredentialsException.class);
        assertThat(login(guarded, "tim", "right").succeeded()).isTrue();
        assertThat(login(guarded, "ti", "mright").succeeded()).isTrue();
        assertThat(backend.asked).hasSize(3);
    }

    @Test
    void fromAnotherAddressItIsAskedAgain() {
        GuardedBackend guarded = guarded(REMEMBERING);
        backend.answer = () -> Future.succeededFuture(User.fromName("tim"));

        login(guarded, "tim", "right", "192.0.2.1");
        login(guarded, "tim", "right", "192.0.2.2");

        assertThat(backend.asked).hasSize(2);
    }

    /** A backend may take a password together with its certificate alone. */
    @Test
    void withAnotherCertificateOrNoneItIsAskedAgain() {
        GuardedBackend guarded = guarded(REMEMBERING);
        backend.answer = () -> Future.succeededFuture(User.fromName("tim"));
        X509Certificate tims = TestCertificates.client("tim").certificate();

        login(guarded, tims);
        login(guarded, tims);
        assertThat(backend.asked).hasSize(1);
        login(guarded, TestCertificates.client("tom").certificate());
        login(guarded, null);
        assertThat(backend.asked).hasSize(3);
    }

    @Test
    void whatNobodyCouldTellIsNotRemembered() {
        GuardedBackend guarded = guarded(REMEMBERING);
        backend.answer = () -> Future.failedFuture("down");
        login(guarded, "tim", "right");
        backend.answer = () -> Future.succeededFuture(User.fromName("tim"));

        assertThat(login(guarded, "tim", "right").succeeded()).isTrue();
    }

    @Test
    void nothingIsRememberedUnlessAsked() {
        GuardedBackend guarded = guarded(BackendRules.CacheRules.DEFAULTS);
        backend.answer = () -> Future.succeededFuture(User.fromName("tim"));

        login(guarded, "tim", "right");
        login(guarded, "tim", "right");

        assertThat(backend.asked).hasSize(2);
    }

    @Test
    void allIsForgottenWhenTheBackendHasChanged() {
        GuardedBackend guarded = guarded(REMEMBERING);
        backend.answer = () -> Future.succeededFuture(User.fromName("tim"));
        login(guarded, "tim", "right");
        backend.answer = () -> Future.failedFuture(new InvalidCredentialsException());

        backend.change.run();

        assertThat(login(guarded, "tim", "right").cause()).isInstanceOf(InvalidCredentialsException.class);
    }

    @Test
    void whatWasAskedBeforeAChangeIsNotRememberedAfterIt() {
        GuardedBackend guarded = guarded(REMEMBERING);
        Promise<User> late = Promise.promise();
        backend.answer = late::future;
        login(guarded, "tim", "right");
        backend.answer = () -> Future.failedFuture(new InvalidCredentialsException());

        backend.change.run();
        late.complete(User.fromName("tim"));

        assertThat(login(guarded, "tim", "right").cause()).isInstanceOf(InvalidCredentialsException.class);
    }

    /** Else its question would be under way for ever, and every login of this user's join it. */
    @Test
    void aUserThatCannotBeRememberedIsAnsweredAllTheSame() {
        GuardedBackend guarded = guarded(REMEMBERING);
        backend.answer = () -> Future.succeededFuture(
                User.create(new JsonObject().put("username", "tim"), new JsonObject().put("odd", new Object())));

        assertThat(login(guarded, "tim", "right").succeeded()).isTrue();
        assertThat(login(guarded, "tim", "right").succeeded()).isTrue();
    }

    @Test
    void aUserIsNotRememberedBeyondItsToken() {
        GuardedBackend guarded = guarded(REMEMBERING);
        long ended = Instant.now().minusSeconds(1).getEpochSecond();
        backend.answer = () -> Future.succeededFuture(
                User.create(new JsonObject().put("username", "tim").put("exp", ended)));

        login(guarded, "tim", "right");
        login(guarded, "tim", "right");

        assertThat(backend.asked).hasSize(2);
    }

    /** What attributes are called is the operator's choice, or a column's name. */
    @Test
    void anAttributeThatHasTheNameOfATokensEndIsNotTakenForOne() {
        GuardedBackend guarded = guarded(REMEMBERING);
        backend.answer = () -> Future.succeededFuture(User.create(
                new JsonObject().put("username", "tim"),
                new JsonObject().put("exp", "never").put("iat", "2031-01-01")));

        assertThat(login(guarded, "tim", "right").succeeded()).isTrue();
        assertThat(login(guarded, "tim", "right").succeeded()).isTrue();
        assertThat(backend.asked).hasSize(1);
    }

    @Test
    void whatOneSessionDoesToItsUserNoOtherSees() {
        GuardedBackend guarded = guarded(REMEMBERING);
        backend.answer = () -> Future.succeededFuture(User.fromName("tim"));

        login(guarded, "tim", "right").result().attributes().put("group", "admins");

        assertThat(login(guarded, "tim", "right").result().attributes().isEmpty())
                .isTrue();
    }

    // ---- what is asked at the same time

    @Test
    void equalQuestionsAtTheSameTimeAreOne() {
        GuardedBackend guarded = guarded(BackendRules.CacheRules.DEFAULTS);
        Promise<User> promise = Promise.promise();
        backend.answer = promise::future;

        Future<User> first = login(guarded, "tim", "right");
        Future<User> second = login(guarded, "tim", "right");
        Future<User> other = login(guarded, "tim", "other");
        promise.complete(User.fromName("tim"));

        assertThat(backend.asked).hasSize(2);
        assertThat(List.of(first.succeeded(), second.succeeded(), other.succeeded()))
                .containsOnly(true);
        assertThat(unasked("joined")).isEqualTo(1);
    }

    // ---- what is broken

    @Test
    void isNotWaitedForBeyondItsTime() throws Exception {
        GuardedBackend guarded =
                guarded(new BackendRules(List.of(), Duration.ofMillis(50), 5, PAUSE, BackendRules.CacheRules.DEFAULTS));
        backend.answer = () -> Promise.<User>promise().future();

        assertThat(failure(login(guarded, "tim", "right"))).isInstanceOf(TimeoutException.class);
    }

    @Test
    void isLeftAloneAfterFailuresInARowAndTriedAgainAfterAPause() throws Exception {
        GuardedBackend guarded = guarded(BackendRules.CacheRules.DEFAULTS);
        backend.answer = () -> Future.failedFuture("down");
        for (int failure = 0; failure < 3; failure++) {
            login(guarded, "tim", "right-" + failure);
        }

        assertThat(login(guarded, "tim", "right").cause()).isInstanceOf(BackendPausedException.class);
        assertThat(backend.asked).hasSize(3);
        assertThat(up()).isZero();

        backend.answer = () -> Future.succeededFuture(User.fromName("tim"));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> login(guarded, "tim", "right").succeeded());
        assertThat(up()).isEqualTo(1);
    }

    /** Else a broken one whose answer is long in coming would look well for most of the time. */
    @Test
    void isNotUpWhileOneLoginTriesWhetherItIsBack() {
        GuardedBackend guarded = guarded(BackendRules.CacheRules.DEFAULTS);
        backend.answer = () -> Future.failedFuture("down");
        for (int failure = 0; failure < 3; failure++) {
            login(guarded, "tim", "right-" + failure);
        }
        Promise<User> answer = Promise.promise();
        backend.answer = answer::future;
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            login(guarded, "tim", "right");
            return backend.asked.size() == 4;
        });
        assertThat(up()).isZero();

        answer.complete(User.fromName("tim"));
        assertThat(up()).isEqualTo(1);
    }

    @Test
    void aWrongPasswordInBetweenShowsThatItWorks() {
        GuardedBackend guarded = guarded(BackendRules.CacheRules.DEFAULTS);
        for (int round = 0; round < 5; round++) {
            backend.answer = () -> Future.failedFuture("down");
            login(guarded, "tim", "a");
            login(guarded, "tim", "b");
            backend.answer = () -> Future.failedFuture(new InvalidCredentialsException());
            login(guarded, "tim", "c");
        }

        assertThat(backend.asked).hasSize(15);
    }

    /** A guesser who knows of one account that is broken must not shut out all the others. */
    @Test
    void oneThatCannotTellOfOneLoginIsAskedOn() {
        GuardedBackend guarded = guarded(REMEMBERING);
        backend.answer = () -> Future.failedFuture(new UndecidableLoginException("a broken hash"));
        for (int login = 0; login < 5; login++) {
            login(guarded, "tim", "any");
        }
        backend.answer = () -> Future.succeededFuture(User.fromName("tim"));

        assertThat(login(guarded, "tim", "any").succeeded()).isTrue();
    }

    @Test
    void oneThatThrowsOrAnswersWithNothingCannotTell() {
        GuardedBackend guarded = guarded(BackendRules.CacheRules.DEFAULTS);
        backend.answer = () -> {
            throw new InvalidCredentialsException();
        };
        assertThat(login(guarded, "tim", "a").cause()).isInstanceOf(IllegalStateException.class);
        backend.answer = () -> null;
        assertThat(login(guarded, "tim", "a").cause()).hasMessage("the backend returned no future");
    }

    // ---- whom it is asked about

    @Test
    void servesTheLoginsOfItsPatternsAndWhoNamesNone() {
        GuardedBackend guarded = guarded(new BackendRules(
                List.of(new LoginPattern("@example.org")), LONG, 3, PAUSE, BackendRules.CacheRules.DEFAULTS));

        assertThat(guarded.serves("tim@EXAMPLE.org")).isTrue();
        assertThat(guarded.serves("tim@example.net")).isFalse();
        assertThat(guarded.serves("")).isTrue();
    }

    private GuardedBackend guarded(BackendRules.CacheRules cache) {
        return guarded(new BackendRules(List.of(), LONG, 3, PAUSE, cache));
    }

    private GuardedBackend guarded(BackendRules rules) {
        return new GuardedBackend("staff", backend, rules, new BackendMeters(registry, "staff"));
    }

    private double unasked(String reason) {
        return registry.get("smtpgate.auth.unasked")
                .tag("reason", reason)
                .counter()
                .count();
    }

    private double up() {
        return registry.get("smtpgate.auth.backend.up").gauge().value();
    }

    private static Future<User> login(AuthBackend guarded, String username, String password) {
        return login(guarded, username, password, "192.0.2.1");
    }

    private static Future<User> login(AuthBackend guarded, String username, String password, String address) {
        return login(guarded, username, password, address, null);
    }

    private static Future<User> login(AuthBackend guarded, X509Certificate certificate) {
        Tls tls = new Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", certificate);
        return login(guarded, "tim", "right", "192.0.2.1", tls);
    }

    private static Future<User> login(AuthBackend guarded, String username, String password, String address, Tls tls) {
        SocketAddress client = SocketAddress.inetSocketAddress(50587, address);
        Origin origin = new Origin("submission", "s-1", client, client, tls, "client.example", 1);
        return guarded.authenticate(new SubmittedPassword("", username, password, origin));
    }

    private static Throwable failure(Future<User> future) throws Exception {
        return future.transform((user, failure) -> Future.succeededFuture(failure))
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    /** Answers as the test says, and remembers what it was asked. */
    private static final class Scripted implements AuthBackend {
        private final List<Credentials> asked = new ArrayList<>();
        private Supplier<Future<User>> answer;
        private Runnable change;

        @Override
        public Set<CredentialKind> accepts() {
            return EnumSet.of(CredentialKind.PASSWORD);
        }

        @Override
        public Future<User> authenticate(Credentials credentials) {
            asked.add(credentials);
            return answer.get();
        }

        @Override
        public void onChange(Runnable forget) {
            change = forget;
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    }
}
