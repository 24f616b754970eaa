package org.smtpgate.proxy.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.proxy.authn.EventLoop.ORIGIN;
import static org.smtpgate.proxy.authn.EventLoop.bytes;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.auth.User;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.proxy.metrics.AuthMeters;
import org.smtpgate.sasl.ChannelBindings;
import org.smtpgate.sasl.Credentials;

/** The backend {@code upstream} in a chain: the session's judge is asked in its place, and never left with a question. */
class UpstreamBackendTest {
    private static final Duration FOREVER = Duration.ofSeconds(30);

    private final EventLoop loop = new EventLoop();

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void theSessionsJudgeIsAskedWithWhatTheClientPresented() throws Exception {
        FakeJudge judge = new FakeJudge(() -> Future.succeededFuture(User.fromName("tim")));

        AuthOutcome outcome = answer(begin(FOREVER, judge, new UpstreamBackend()), "tim\0tim\0secret");

        assertThat(outcome).isEqualTo(new AuthOutcome.Accepted(new Identity("tim", "PLAIN", "backend 0", Map.of())));
        assertThat(judge.asked()).containsExactly(new Credentials.Password("tim", "tim", "secret"));
        assertThat(judge.abandoned()).isZero();
    }

    @Test
    void wrongCredentialsLeadOnToTheNextBackend() throws Exception {
        FakeJudge judge = new FakeJudge(() -> Future.failedFuture(new InvalidCredentialsException()));
        FakeBackend next = FakeBackend.accepting("tim");

        AuthOutcome outcome = answer(begin(FOREVER, judge, new UpstreamBackend(), next), "\0tim\0secret");

        assertThat(outcome).isInstanceOf(AuthOutcome.Accepted.class);
        assertThat(next.asked()).hasSize(1);
    }

    @Test
    void anUpstreamThatCannotTellEndsTheWalk() throws Exception {
        FakeJudge judge = new FakeJudge(() -> Future.failedFuture(new IllegalStateException("no connection")));
        FakeBackend next = FakeBackend.accepting("tim");

        AuthOutcome outcome = answer(begin(FOREVER, judge, new UpstreamBackend(), next), "\0tim\0secret");

        assertThat(outcome).isInstanceOf(AuthOutcome.Unavailable.class);
        assertThat(next.asked()).isEmpty();
    }

    @Test
    void theJudgeIsNotAskedBehindABackendThatKnows() throws Exception {
        AuthExchange exchange =
                begin(FOREVER, FakeJudge.neverAsked(), FakeBackend.accepting("tim"), new UpstreamBackend());

        assertThat(answer(exchange, "\0tim\0secret")).isInstanceOf(AuthOutcome.Accepted.class);
    }

    @Test
    void aJudgeThatTakesTooLongIsToldThatNobodyWaits() throws Exception {
        FakeJudge judge = new FakeJudge(() -> Promise.<User>promise().future());

        AuthOutcome outcome = answer(begin(Duration.ofMillis(1), judge, new UpstreamBackend()), "\0tim\0secret");

        assertThat(outcome).isInstanceOf(AuthOutcome.Unavailable.class);
        assertThat(judge.abandoned()).isEqualTo(1);
    }

    @Test
    void aJudgeIsToldWhenTheClientIsGone() throws Exception {
        FakeJudge judge = new FakeJudge(() -> Promise.<User>promise().future());
        AuthExchange exchange = begin(FOREVER, judge, new UpstreamBackend());

        loop.await(() -> {
            Future<AuthOutcome> answer = exchange.respond(bytes("\0tim\0secret"));
            exchange.cancel();
            return answer;
        });

        assertThat(judge.abandoned()).isEqualTo(1);
    }

    /** It has answered, but the answer has not had its turn: what it keeps for the session nobody will use. */
    @Test
    void aJudgeIsToldEvenWhenItsAnswerComesTooLate() throws Exception {
        Promise<User> answer = Promise.promise();
        FakeJudge judge = new FakeJudge(answer::future);
        AuthExchange exchange = begin(FOREVER, judge, new UpstreamBackend());

        AuthOutcome outcome = loop.await(() -> {
            Future<AuthOutcome> owed = exchange.respond(bytes("\0tim\0secret"));
            answer.complete(User.fromName("tim"));
            exchange.cancel();
            return owed;
        });

        assertThat(outcome).isInstanceOf(AuthOutcome.Unavailable.class);
        assertThat(judge.abandoned()).isEqualTo(1);
    }

    @Test
    void anotherBackendThatTakesTooLongIsNoReasonToTellTheJudge() throws Exception {
        FakeJudge judge = new FakeJudge(() -> Future.failedFuture(new InvalidCredentialsException()));
        AuthBackend slow = FakeBackend.answering(() -> Promise.<User>promise().future());

        AuthOutcome outcome =
                answer(begin(Duration.ofMillis(200), judge, new UpstreamBackend(), slow), "\0tim\0secret");

        assertThat(outcome).isInstanceOf(AuthOutcome.Unavailable.class);
        assertThat(judge.asked()).hasSize(1);
        assertThat(judge.abandoned()).isZero();
    }

    /** Where there is no session, such as on the admin port, nobody could tell. */
    @Test
    void withoutASessionItCannotTell() throws Exception {
        Future<User> answer = new UpstreamBackend().authenticate(null);

        assertThat(answer.failed()).isTrue();
        assertThat(answer.cause()).isNotInstanceOf(InvalidCredentialsException.class);
    }

    private AuthExchange begin(Duration timeout, SessionJudge judge, AuthBackend... chain) throws Exception {
        List<AuthBackend> backends = Arrays.asList(chain);
        List<GuardedBackend> named = backends.stream()
                .map(backend -> Guarded.of("backend " + backends.indexOf(backend), backend))
                .toList();
        Authenticator authenticator = new Authenticator(
                named,
                timeout,
                Guarded.guesses(Duration.ZERO),
                "gate",
                List.of(),
                new AuthMeters(new SimpleMeterRegistry(), "submission"));
        return loop.run(() -> authenticator
                .begin("PLAIN", new Visit(ORIGIN, ChannelBindings.NONE, judge))
                .orElseThrow());
    }

    private AuthOutcome answer(AuthExchange exchange, String response) throws Exception {
        return loop.await(() -> exchange.respond(bytes(response)));
    }
}
