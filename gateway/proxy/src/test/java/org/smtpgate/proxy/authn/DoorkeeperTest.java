package org.smtpgate.proxy.authn;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.proxy.guessing.Allowance;
import org.smtpgate.proxy.guessing.Bucket;
import org.smtpgate.proxy.guessing.Guesses;
import org.smtpgate.proxy.guessing.GuessingSettings;
import org.smtpgate.proxy.guessing.LocalBuckets;
import org.smtpgate.proxy.metrics.AuthMeters;
import org.smtpgate.proxy.metrics.GuessingMeters;

/** Who stands before the backends, on a login's way to them. */
class DoorkeeperTest {
    private static final Allowance TWO = new Allowance(2, Duration.ofHours(1));
    private static final Allowance PLENTY = new Allowance(1_000, Duration.ofHours(1));

    private final EventLoop loop = new EventLoop();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Future<User> answer = Future.failedFuture(new InvalidCredentialsException());
    private final FakeBackend backend = FakeBackend.answering(() -> answer);
    private final Authenticator authenticator = authenticator(TWO);

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void whoHasFailedTooOftenReachesNoBackend() throws Exception {
        fail(2);

        assertThat(loop.plain(authenticator, "", "tim", "right"))
                .isEqualTo(new AuthOutcome.Refused(Bucket.Kind.ADDRESS));
        assertThat(backend.asked()).hasSize(2);
        assertThat(attempts("refused")).isEqualTo(1);
    }

    @Test
    void successesAndTroubleAreNotCounted() throws Exception {
        answer = Future.failedFuture("down");
        for (int login = 0; login < 3; login++) {
            assertThat(loop.plain(authenticator, "", "tim", "right-" + login))
                    .isInstanceOf(AuthOutcome.Unavailable.class);
        }
        answer = Future.succeededFuture(User.fromName("tim"));
        for (int login = 0; login < 3; login++) {
            assertThat(loop.plain(authenticator, "", "tim", "right")).isInstanceOf(AuthOutcome.Accepted.class);
        }
    }

    @Test
    void aLoginInTheMidstOfItsDialogueIsRefusedAsWell() throws Exception {
        fail(2);
        AuthExchange exchange =
                loop.run(() -> authenticator.begin("LOGIN", EventLoop.VISIT).orElseThrow());
        loop.await(() -> exchange.respond(EventLoop.bytes("tim")));

        assertThat(loop.await(() -> exchange.respond(EventLoop.bytes("right"))))
                .isInstanceOf(AuthOutcome.Refused.class);
    }

    private void fail(int times) throws Exception {
        for (int login = 0; login < times; login++) {
            assertThat(loop.plain(authenticator, "", "tim", "wrong-" + login)).isInstanceOf(AuthOutcome.Rejected.class);
        }
    }

    private double attempts(String outcome) {
        return registry.get("smtpgate.auth.attempts")
                .tag("backend", "none")
                .tag("mechanism", "PLAIN")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private Authenticator authenticator(Allowance address) {
        GuessingSettings settings =
                new GuessingSettings(address, PLENTY, PLENTY, 24, 64, Duration.ZERO, Duration.ZERO, List.of());
        return new Authenticator(
                List.of(Guarded.of("staff", backend)),
                Duration.ofSeconds(10),
                new Guesses(settings, new LocalBuckets(), new GuessingMeters(registry)),
                "gate.example.org",
                List.of(),
                new AuthMeters(registry, "submission"));
    }
}
