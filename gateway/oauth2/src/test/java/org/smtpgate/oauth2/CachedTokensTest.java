package org.smtpgate.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.smtpgate.testkit.oauth.Behaviour;

/** Tokens over their life, against a real endpoint and by a clock of the test's. */
class CachedTokensTest {
    private static final Duration LIFETIME = Duration.ofMinutes(60);
    private static final Duration UNTIL_STALE = LIFETIME.minus(Duration.ofMinutes(5));

    private final MutableClock clock = new MutableClock();
    private final RecordedEvents events = new RecordedEvents();
    private Vertx vertx;
    private org.smtpgate.testkit.oauth.TokenEndpoint server;
    private CachedTokens tokens;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        server = org.smtpgate.testkit.oauth.TokenEndpoint.start(clock)
                .client("gateway", "secret")
                .serviceAccount("robot", Keys.RSA.getPublic())
                .lifetime(LIFETIME);
        tokens = cached(new ClientCredentialsSource(endpoint(Duration.ofSeconds(10)), "smtp", Map.of()));
    }

    @AfterEach
    void stop() {
        Awaiting.result(tokens.close());
        server.close();
        Awaiting.result(vertx.close());
    }

    @Test
    void aTokenIsAskedForOnceAndServedToAll() {
        String token = token("alice");

        assertThat(server.find(token))
                .hasValueSatisfying(issued -> assertThat(issued.scope()).isEqualTo("smtp"));
        assertThat(token("bob")).isEqualTo(token);
        assertThat(server.requests()).hasSize(1);
        assertThat(events.told()).containsExactly("requested OK", "served fetched", "served held");
        assertThat(tokens.held()).isOne();
    }

    @Test
    void twoHundredCallersMakeOneRequest() {
        server.hold();
        List<Context> loops = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            loops.add(vertx.getOrCreateContext());
        }
        List<Future<String>> answers = new ArrayList<>();
        List<Context> completedOn = new java.util.concurrent.CopyOnWriteArrayList<>();
        for (int i = 0; i < 200; i++) {
            Context loop = loops.get(i % loops.size());
            Promise<String> answer = Promise.promise();
            answers.add(answer.future());
            loop.runOnContext(none -> tokens.token("alice").onComplete(end -> {
                completedOn.add(Vertx.currentContext() == loop ? loop : null);
                answer.handle(end);
            }));
        }
        await().until(() -> server.requests().size() == 1);
        server.release();

        String first = Awaiting.result(answers.get(0));
        assertThat(answers)
                .allSatisfy(answer -> assertThat(Awaiting.result(answer)).isEqualTo(first));
        assertThat(completedOn).hasSize(200).doesNotContainNull();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aStampedeOnADeadEndpointMakesOneRequestToo() {
        server.behave(Behaviour.FAIL);
        server.hold();
        List<Future<String>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(tokens.token("user" + i));
        }
        server.release();

        assertThat(answers)
                .allSatisfy(
                        answer -> assertThat(Awaiting.failure(answer).failure()).isEqualTo(TokenFailure.UNAVAILABLE));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aTokenIsRenewedAheadOfItsEndWhileTheOldOneServes() {
        String old = token("alice");
        clock.pass(UNTIL_STALE.minusSeconds(1));
        assertThat(token("alice")).isEqualTo(old);
        assertThat(server.requests()).hasSize(1);

        server.hold();
        clock.pass(Duration.ofSeconds(1));
        assertThat(token("alice")).isEqualTo(old);
        assertThat(token("alice")).isEqualTo(old);
        await().until(() -> server.requests().size() == 2);
        assertThat(token("alice")).isEqualTo(old);
        server.release();

        await().until(() -> !token("alice").equals(old));
        assertThat(server.find(token("alice"))).isPresent();
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aTokenThatEndedIsNotServed() {
        String old = token("alice");
        clock.pass(LIFETIME);
        assertThat(tokens.held()).isZero();

        String next = token("alice");

        assertThat(next).isNotEqualTo(old);
        assertThat(server.find(old)).isEmpty();
        assertThat(server.find(next)).isPresent();
    }

    /** The server's clock may be ahead, and the token has a way to go. */
    @Test
    void aTokenAboutToEndIsNotServed() {
        String old = token("alice");
        clock.pass(LIFETIME.minusSeconds(10));

        assertThat(token("alice")).isNotEqualTo(old);
    }

    @Test
    void whileTheEndpointIsDownTheOldTokenServesToItsEndAndThenCallersAreTold() {
        String old = token("alice");
        server.behave(Behaviour.FAIL);
        clock.pass(UNTIL_STALE);

        assertThat(token("alice")).isEqualTo(old);
        await().until(() -> events.told().stream().anyMatch(told -> told.startsWith("failed")));
        assertThat(events.told())
                .filteredOn(told -> told.startsWith("failed"))
                .containsExactly("failed  UNAVAILABLE old=true token endpoint " + server.uri() + " answered 503");
        // Left alone for a second: the next callers make no request, and are served.
        assertThat(token("alice")).isEqualTo(old);
        assertThat(server.requests()).hasSize(2);

        clock.pass(Duration.ofMinutes(4));
        assertThat(token("alice")).isEqualTo(old);
        await().until(() -> server.requests().size() == 3);
        await().until(() -> count("failed") == 2);

        clock.pass(Duration.ofMinutes(1));
        assertThat(refusal("alice")).hasMessageContaining("answered 503");

        server.behave(Behaviour.ANSWER);
        clock.pass(Duration.ofMinutes(1));
        assertThat(token("alice")).isNotEqualTo(old);
    }

    @Test
    void aFailureIsRememberedForASecondThenForTwoUpToAMinute() {
        server.behave(Behaviour.FAIL);

        for (int seconds : List.of(1, 2, 4, 8, 16, 32, 60, 60)) {
            int before = server.requests().size();
            assertThat(refusal("alice")).hasMessageContaining("answered 503");
            assertThat(server.requests()).hasSize(before + 1);
            clock.pass(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(refusal("bob")).hasMessageContaining("answered 503");
            assertThat(server.requests()).hasSize(before + 1);
            clock.pass(Duration.ofMillis(1));
        }

        server.behave(Behaviour.ANSWER);
        token("alice");
        clock.pass(LIFETIME);
        server.behave(Behaviour.FAIL);
        refusal("alice");
        clock.pass(Duration.ofSeconds(1));
        int before = server.requests().size();
        refusal("alice");
        assertThat(server.requests()).as("a success ends the count").hasSize(before + 1);
    }

    @Test
    void anEndpointThatAsksForPeaceGetsIt() {
        server.behave(Behaviour.THROTTLE);
        refusal("alice");

        clock.pass(Duration.ofSeconds(119));
        refusal("alice");
        assertThat(server.requests()).hasSize(1);

        clock.pass(Duration.ofSeconds(1));
        server.behave(Behaviour.ANSWER);
        token("alice");
    }

    @Test
    void anEndpointThatHangsDelaysNobodyForLongerThanItsTimeout() {
        Awaiting.result(tokens.close());
        tokens = cached(new ClientCredentialsSource(endpoint(Duration.ofMillis(200)), "", Map.of()));
        server.behave(Behaviour.HANG);

        assertThat(refusal("alice")).hasMessageContaining("gave no answer within 200 ms");
    }

    @Test
    void aRefusedTokenIsRenewedOnce() {
        String revoked = token("alice");
        server.revoke(revoked);
        tokens.refused("alice", revoked);

        String renewed = token("alice");
        assertThat(renewed).isNotEqualTo(revoked);
        assertThat(server.find(renewed)).isPresent();

        // What refuses this one too is not about the token: no request a login.
        tokens.refused("alice", renewed);
        assertThat(token("alice")).isEqualTo(renewed);
        assertThat(server.requests()).hasSize(2);

        clock.pass(Duration.ofMinutes(1));
        tokens.refused("alice", renewed);
        assertThat(token("alice")).isNotEqualTo(renewed);
        assertThat(count("refused")).isEqualTo(3);
    }

    @Test
    void theRefusalOfATokenThatIsGoneAlreadyChangesNothing() {
        String first = token("alice");
        tokens.refused("alice", first);
        String second = token("alice");

        tokens.refused("alice", first);
        tokens.refused("nobody", "never given");

        assertThat(token("alice")).isEqualTo(second);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void anAnswerWithoutALifetimeCountsForFiveMinutes() {
        server.withoutLifetime();
        String first = token("alice");

        clock.pass(Duration.ofMinutes(4).minusSeconds(1));
        assertThat(token("alice")).isEqualTo(first);
        clock.pass(Duration.ofMinutes(1));
        assertThat(token("alice")).isNotEqualTo(first);
    }

    @Test
    void oneLoginsRefusalIsItsOwn() {
        tokens = cached(new JwtBearerSource(
                endpoint(Duration.ofSeconds(10)),
                new JwtBearerSource.Assertion(SigningKey.of(Keys.RSA.getPrivate(), ""), "robot", "", "mail"),
                Subject.eachLogin(),
                Map.of(),
                clock));
        server.behave(Behaviour.REFUSE);
        assertThat(refusal("mallory").failure()).isEqualTo(TokenFailure.GRANT_REFUSED);

        server.behave(Behaviour.ANSWER);
        assertThat(refusal("mallory").failure()).isEqualTo(TokenFailure.GRANT_REFUSED);
        String alices = token("alice");
        String bobs = token("bob");

        assertThat(server.find(alices))
                .hasValueSatisfying(issued -> assertThat(issued.subject()).isEqualTo("alice"));
        assertThat(server.find(bobs))
                .hasValueSatisfying(issued -> assertThat(issued.subject()).isEqualTo("bob"));
        assertThat(tokens.held()).isEqualTo(2);
        clock.pass(Duration.ofSeconds(1));
        token("mallory");
    }

    @Test
    void noMoreAccountsAreKeptThanAllowed() {
        tokens = new CachedTokens(
                new JwtBearerSource(
                        endpoint(Duration.ofSeconds(10)),
                        new JwtBearerSource.Assertion(SigningKey.of(Keys.RSA.getPrivate(), ""), "robot", "", "mail"),
                        Subject.eachLogin(),
                        Map.of(),
                        clock),
                3,
                clock,
                events);
        for (int i = 0; i < 20; i++) {
            token("user" + i);
        }

        assertThat(tokens.held()).isLessThanOrEqualTo(3);
    }

    @Test
    void closingFailsWhoWaits() {
        server.hold();
        Future<String> waiting = tokens.token("alice");
        await().until(() -> server.requests().size() == 1);

        Awaiting.result(tokens.close());

        assertThat(Awaiting.failure(waiting).failure()).isEqualTo(TokenFailure.UNAVAILABLE);
        assertThat(refusal("alice")).hasMessage("the gateway is closing");
    }

    private String token(String login) {
        return Awaiting.result(tokens.token(login));
    }

    private TokenException refusal(String login) {
        return Awaiting.failure(tokens.token(login));
    }

    private long count(String event) {
        return events.told().stream().filter(told -> told.startsWith(event)).count();
    }

    private CachedTokens cached(TokenSource source) {
        return new CachedTokens(source, 1_000, clock, events);
    }

    private TokenEndpoint endpoint(Duration timeout) {
        return new TokenEndpoint(
                vertx,
                new TokenEndpointSettings(server.uri(), timeout, Optional.empty()),
                ClientAuthentication.secretBasic("gateway", "secret"),
                clock,
                events);
    }
}
