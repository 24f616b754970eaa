package org.smtpgate.auth.htpasswd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HashQueueTest {
    private static final int PLENTY = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final HashQueue queue = new HashQueue(vertx, PLENTY, PATIENCE);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() throws Exception {
        release.countDown();
        await(vertx.close());
    }

    @Test
    void checksRunOnAThreadOfTheirOwn() throws Exception {
        CompletableFuture<String> thread = new CompletableFuture<>();

        assertThat(await(
                        queue.check(() -> thread.complete(Thread.currentThread().getName()))))
                .isTrue();
        assertThat(thread.join()).startsWith("smtpgate-htpasswd");
    }

    @Test
    void whoComesBeyondTheLimitIsToldThatItIsTooBusyAndLaterIsNot() throws Exception {
        HashQueue small = new HashQueue(vertx, 2, PATIENCE);
        Future<Boolean> first = small.check(this::waitForRelease);
        Future<Boolean> second = small.check(this::waitForRelease);

        assertThat(small.check(() -> true).cause())
                .isInstanceOf(TooBusyException.class)
                .hasMessage("too busy: 2 logins wait already");
        release.countDown();
        assertThat(await(Future.all(first, second)).succeeded()).isTrue();
        assertThat(await(small.check(() -> true))).isTrue();
    }

    @Test
    void aCheckThatFailsGivesItsPlaceBack() throws Exception {
        HashQueue single = new HashQueue(vertx, 1, PATIENCE);

        for (int round = 0; round < 3; round++) {
            assertThat(failure(single.check(() -> {
                        throw new IllegalArgumentException("broken");
                    })))
                    .hasMessage("broken");
        }
    }

    @Test
    void aCheckThatHasWaitedTooLongIsNotDone() throws Exception {
        HashQueue impatient = new HashQueue(vertx, PLENTY, Duration.ZERO);
        AtomicBoolean done = new AtomicBoolean();
        occupyAllWorkers();

        Future<Boolean> late = impatient.check(() -> done.compareAndSet(false, true));
        release.countDown();

        assertThat(failure(late)).isInstanceOf(TooBusyException.class).hasMessageContaining("no worker was free");
        assertThat(done).isFalse();
    }

    @Test
    void allQueuesTogetherHaveNoMoreWorkersThanOne() throws Exception {
        HashQueue other = new HashQueue(vertx, PLENTY, PATIENCE);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        Callable<Boolean> check = () -> threads.add(Thread.currentThread());
        List<Future<Boolean>> checks = new ArrayList<>();
        for (int round = 0; round < PLENTY; round++) {
            checks.add(queue.check(check));
            checks.add(other.check(check));
        }

        await(Future.all(checks));
        assertThat(threads).hasSizeBetween(1, HashQueue.WORKERS);
    }

    @Test
    void closingOneQueueLeavesTheOthersAlone() throws Exception {
        HashQueue other = new HashQueue(vertx, PLENTY, PATIENCE);
        Future<Boolean> underWay = other.check(this::waitForRelease);

        await(queue.close());
        Future<Boolean> after = other.check(() -> true);
        release.countDown();

        assertThat(await(underWay)).isTrue();
        assertThat(await(after)).isTrue();
        await(other.close());
        assertThat(failure(other.check(() -> true))).hasMessage("closed");
    }

    @Test
    void aQueueCanBeMadeAfterTheLastWasClosed() throws Exception {
        await(queue.close());

        assertThat(await(new HashQueue(vertx, PLENTY, PATIENCE).check(() -> true)))
                .isTrue();
    }

    @Test
    void closingWaitsForWhatIsUnderWayAndAnswersWhatWaits() throws Exception {
        List<Future<Boolean>> underWay = occupyAllWorkers();
        Future<Boolean> waiting = queue.check(() -> true);

        Future<Void> closed = queue.close();
        assertThat(closed.isComplete()).isFalse();
        release.countDown();

        await(closed);
        assertThat(underWay).allSatisfy(check -> assertThat(await(check)).isTrue());
        assertThat(failure(waiting)).hasMessage("closed");
    }

    /** All are running when this returns. */
    private List<Future<Boolean>> occupyAllWorkers() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(HashQueue.WORKERS);
        List<Future<Boolean>> checks = new ArrayList<>();
        for (int worker = 0; worker < HashQueue.WORKERS; worker++) {
            checks.add(queue.check(() -> {
                started.countDown();
                return waitForRelease();
            }));
        }
        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
        return checks;
    }

    private boolean waitForRelease() throws InterruptedException {
        return release.await(20, TimeUnit.SECONDS);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(20, TimeUnit.SECONDS);
    }

    private static Throwable failure(Future<Boolean> check) throws Exception {
        await(check.otherwiseEmpty());
        return check.cause();
    }
}
