package org.smtpgate.proxy.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.smtpgate.proxy.authn.EventLoop.VISIT;
import static org.smtpgate.proxy.authn.EventLoop.bytes;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.User;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.proxy.metrics.AuthMeters;

@Timeout(20)
class AuthExchangeTest {
    private static final Duration FOREVER = Duration.ofSeconds(30);
    private static final AuthOutcome REJECTED = new AuthOutcome.Rejected();

    private final EventLoop loop = new EventLoop();
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void plainIsPromptedForWithAnEmptyChallenge() throws Exception {
        AuthExchange exchange = begin("PLAIN", FakeBackend.accepting("tim"), FOREVER, Duration.ZERO);

        assertThat(prompt(exchange)).isEmpty();
    }

    @Test
    void loginAsksTwice() throws Exception {
        AuthExchange exchange = begin("LOGIN", FakeBackend.accepting("tim"), FOREVER, Duration.ZERO);

        assertThat(prompt(exchange)).isEqualTo(bytes("Username:"));
        AuthOutcome next = loop.await(() -> exchange.respond(bytes("tim")));
        assertThat(((AuthOutcome.Challenge) next).bytes()).isEqualTo(bytes("Password:"));
        assertThat(loop.await(() -> exchange.respond(bytes("secret"))))
                .isEqualTo(new AuthOutcome.Accepted(new Identity("tim", "LOGIN", "staff", Map.of())));
        assertThat(attempts()).containsExactly("LOGIN staff accepted 1");
    }

    @Test
    void aMalformedResponseAsksNoBackend() throws Exception {
        FakeBackend backend = FakeBackend.accepting("tim");
        AuthExchange exchange = begin("PLAIN", backend, FOREVER, FOREVER);

        assertThat(loop.await(() -> exchange.respond(bytes("tim")))).isInstanceOf(AuthOutcome.Malformed.class);
        assertThat(backend.asked()).isEmpty();
        assertThat(attempts()).containsExactly("PLAIN none malformed 1");
    }

    @Test
    void takesNoResponseAfterItsEnd() throws Exception {
        AuthExchange exchange = begin("PLAIN", FakeBackend.accepting("tim"), FOREVER, FOREVER);
        loop.await(() -> exchange.respond(bytes("tim")));

        assertThatThrownBy(() -> exchange.respond(bytes("tim"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void answersOnItsOwnEventLoopWhereverTheBackendDoes() throws Exception {
        Promise<User> answer = Promise.promise();
        AuthExchange exchange = begin("PLAIN", FakeBackend.answering(answer::future), FOREVER, Duration.ZERO);
        new Thread(() -> answer.complete(User.fromName("tim"))).start();

        Context answeredOn =
                loop.await(() -> exchange.respond(bytes("\0tim\0secret")).map(outcome -> Vertx.currentContext()));

        assertThat(answeredOn).isSameAs(loop.context());
    }

    @Test
    void aBackendThatNeverAnswersIsUnavailableInTime() throws Exception {
        Promise<User> never = Promise.promise();
        FakeBackend next = FakeBackend.accepting("tim");
        Authenticator authenticator = new Authenticator(
                List.of(Guarded.of("stuck", FakeBackend.answering(never::future)), Guarded.of("next", next)),
                Duration.ofMillis(50),
                Guarded.guesses(Duration.ZERO),
                "gate.example.org",
                List.of(),
                new AuthMeters(registry, "submission"));

        assertThat(loop.plain(authenticator, "", "tim", "secret"))
                .isEqualTo(new AuthOutcome.Unavailable("no answer in time"));

        never.fail(new InvalidCredentialsException());
        loop.run(() -> "the late answer has had its turn");
        assertThat(next.asked()).isEmpty();
        assertThat(attempts()).containsExactly("PLAIN stuck unavailable 1");
    }

    /** A plugin's queue shows from outside, so that no plugin has to export it. */
    @Test
    void aLoginIsPendingUntilTheBackendAnswersEvenIfTheClientIsGone() throws Exception {
        Promise<User> answer = Promise.promise();
        AuthExchange exchange = begin("PLAIN", FakeBackend.answering(answer::future), FOREVER, Duration.ZERO);

        loop.run(() -> exchange.respond(bytes("\0tim\0secret")));
        assertThat(pending("staff")).isEqualTo(1);
        loop.run(() -> {
            exchange.cancel();
            return null;
        });
        assertThat(pending("staff")).isEqualTo(1);
        answer.complete(User.fromName("tim"));
        assertThat(pending("staff")).isZero();
    }

    @Test
    void aBackendThatThrowsLeavesNothingPending() throws Exception {
        FakeBackend throwing = FakeBackend.answering(() -> {
            throw new IllegalStateException("down");
        });
        AuthExchange exchange = begin("PLAIN", throwing, FOREVER, Duration.ZERO);

        loop.await(() -> exchange.respond(bytes("\0tim\0secret")));

        assertThat(pending("staff")).isZero();
    }

    @Test
    void aRejectionIsAnsweredNoSoonerThanTheFailureDelay() throws Exception {
        AuthExchange exchange = begin("PLAIN", FakeBackend.refusing(), FOREVER, Duration.ofMillis(200));
        long start = System.nanoTime();

        assertThat(loop.await(() -> exchange.respond(bytes("\0tim\0wrong")))).isEqualTo(REJECTED);
        assertThat(System.nanoTime() - start)
                .isGreaterThanOrEqualTo(Duration.ofMillis(200).toNanos());
        assertThat(attempts()).containsExactly("PLAIN staff rejected 1");
    }

    @Test
    void anEmptyPasswordIsDelayedLikeAnyOther() throws Exception {
        AuthExchange exchange = begin("PLAIN", FakeBackend.refusing(), FOREVER, Duration.ofMillis(200));
        long start = System.nanoTime();

        assertThat(loop.await(() -> exchange.respond(bytes("\0tim\0")))).isEqualTo(REJECTED);
        assertThat(System.nanoTime() - start)
                .isGreaterThanOrEqualTo(Duration.ofMillis(200).toNanos());
        assertThat(attempts()).containsExactly("PLAIN none rejected 1");
    }

    /** With a delay of 30 s, one that was waited for would break the test's time limit. */
    @Test
    void onlyARejectionIsDelayed() throws Exception {
        AuthExchange right = begin("PLAIN", FakeBackend.accepting("tim"), FOREVER, FOREVER);
        AuthExchange broken = begin("PLAIN", FakeBackend.failing(new IllegalStateException()), FOREVER, FOREVER);

        assertThat(loop.await(() -> right.respond(bytes("\0tim\0secret")))).isInstanceOf(AuthOutcome.Accepted.class);
        assertThat(loop.await(() -> broken.respond(bytes("\0tim\0secret"))))
                .isInstanceOf(AuthOutcome.Unavailable.class);
    }

    @Test
    void aRejectionThatCameLaterThanTheFailureDelayIsAnswered() throws Exception {
        Promise<User> slow = Promise.promise();
        AuthExchange exchange = begin("PLAIN", FakeBackend.answering(slow::future), FOREVER, Duration.ofMillis(1));
        loop.context().owner().setTimer(50, later -> slow.fail(new InvalidCredentialsException()));

        assertThat(loop.await(() -> exchange.respond(bytes("\0tim\0wrong")))).isEqualTo(REJECTED);
    }

    @Test
    void cancellingWhileTheClientIsAskedCountsOnce() throws Exception {
        AuthExchange exchange = begin("LOGIN", FakeBackend.accepting("tim"), FOREVER, FOREVER);

        loop.run(() -> {
            exchange.cancel();
            exchange.cancel();
            return true;
        });

        assertThat(attempts()).containsExactly("LOGIN none cancelled 1");
    }

    @Test
    void cancellingWhileABackendThinksAnswersAtOnceAndForGood() throws Exception {
        Promise<User> thinking = Promise.promise();
        AuthExchange exchange = begin("PLAIN", FakeBackend.answering(thinking::future), FOREVER, FOREVER);

        AuthOutcome outcome = loop.await(() -> {
            Future<AuthOutcome> answer = exchange.respond(bytes("\0tim\0secret"));
            exchange.cancel();
            return answer;
        });
        thinking.complete(User.fromName("tim"));
        loop.run(() -> "the late answer has had its turn");

        assertThat(outcome).isEqualTo(new AuthOutcome.Unavailable("cancelled by the client"));
        assertThat(attempts()).containsExactly("PLAIN staff cancelled 1");
    }

    @Test
    void cancellingDuringTheFailureDelayAnswersAtOnce() throws Exception {
        AuthExchange exchange = begin("PLAIN", FakeBackend.refusing(), FOREVER, FOREVER);

        AuthOutcome outcome = loop.await(() -> {
            Future<AuthOutcome> answer = exchange.respond(bytes("\0tim\0"));
            exchange.cancel();
            return answer;
        });

        assertThat(outcome).isInstanceOf(AuthOutcome.Unavailable.class);
        assertThat(attempts()).containsExactly("PLAIN none rejected 1");
    }

    private byte[] prompt(AuthExchange exchange) throws Exception {
        return ((AuthOutcome.Challenge) loop.await(() -> exchange.respond(null))).bytes();
    }

    private AuthExchange begin(String mechanism, FakeBackend backend, Duration timeout, Duration failureDelay)
            throws Exception {
        Authenticator authenticator = new Authenticator(
                List.of(Guarded.of("staff", backend)),
                timeout,
                Guarded.guesses(failureDelay),
                "gate.example.org",
                List.of(),
                new AuthMeters(registry, "submission"));
        return loop.run(() -> authenticator.begin(mechanism, VISIT).orElseThrow());
    }

    /** What was counted: mechanism, backend, result, how often. */
    private List<String> attempts() {
        return registry.find("smtpgate.auth.attempts").counters().stream()
                .filter(counter -> counter.count() > 0)
                .map(counter -> counter.getId().getTag("mechanism") + " "
                        + counter.getId().getTag("backend") + " "
                        + counter.getId().getTag("outcome") + " " + (int) counter.count())
                .toList();
    }

    private double pending(String backend) {
        return registry.get("smtpgate.auth.pending")
                .tag("backend", backend)
                .gauge()
                .value();
    }
}
