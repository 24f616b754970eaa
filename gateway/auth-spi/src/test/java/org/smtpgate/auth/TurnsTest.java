package org.smtpgate.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TurnsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final List<Promise<String>> calls = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    @Test
    void whoComesBeyondTheNumberIsCalledWhenAnotherHasEndedInItsOrder() {
        Turns turns = new Turns(vertx, 2, 10);
        call(turns, PATIENCE);
        Future<String> second = call(turns, PATIENCE);
        Future<String> third = call(turns, PATIENCE);
        Future<String> fourth = call(turns, PATIENCE);
        assertThat(calls).hasSize(2);

        calls.get(1).fail("broken");
        calls.get(2).complete("third");

        assertThat(second.cause()).hasMessage("broken");
        assertThat(third.result()).isEqualTo("third");
        assertThat(calls).hasSize(4);
        assertThat(fourth.isComplete()).isFalse();
    }

    @Test
    void whoComesWhenTooManyWaitIsToldSoAtOnce() {
        Turns turns = new Turns(vertx, 1, 1);
        call(turns, PATIENCE);
        call(turns, PATIENCE);

        assertThat(call(turns, PATIENCE).cause())
                .isInstanceOf(TooBusyException.class)
                .hasMessage("too busy: 1 logins wait already");
    }

    @Test
    void whoHasWaitedTooLongIsNotCalledAndLeavesItsPlace() throws Exception {
        Turns turns = new Turns(vertx, 1, 1);
        call(turns, PATIENCE);

        assertThat(failure(call(turns, Duration.ofMillis(20)))).hasMessage("too busy: no turn came within 20 ms");
        assertThat(failure(call(turns, Duration.ZERO))).isInstanceOf(TooBusyException.class);

        calls.get(0).complete("first");
        assertThat(calls).hasSize(1);
        assertThat(call(turns, PATIENCE).isComplete()).isFalse();
        assertThat(calls).hasSize(2);
    }

    @Test
    void aCallThatThrowsGivesItsTurnBack() {
        Turns turns = new Turns(vertx, 1, 0);

        for (int round = 0; round < 3; round++) {
            assertThat(turns.run(PATIENCE, () -> {
                                throw new IllegalArgumentException("broken");
                            })
                            .cause())
                    .hasMessage("broken");
        }
    }

    @Test
    void closingWaitsForThoseUnderWayAlone() {
        Turns turns = new Turns(vertx, 1, 1);
        Future<String> first = call(turns, PATIENCE);
        Future<String> waiting = call(turns, PATIENCE);

        Future<Void> closing = turns.close();

        assertThat(waiting.cause()).hasMessage("closed");
        assertThat(call(turns, PATIENCE).cause()).hasMessage("closed");
        assertThat(closing.isComplete()).isFalse();
        calls.get(0).complete("first");
        assertThat(first.result()).isEqualTo("first");
        assertThat(closing.succeeded()).isTrue();
    }

    private Future<String> call(Turns turns, Duration patience) {
        return turns.run(patience, () -> {
            Promise<String> call = Promise.promise();
            calls.add(call);
            return call.future();
        });
    }

    private static Throwable failure(Future<?> future) throws Exception {
        return await(future.transform((result, failure) -> Future.succeededFuture(failure)));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
