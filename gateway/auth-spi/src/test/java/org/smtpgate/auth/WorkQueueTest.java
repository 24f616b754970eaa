package org.smtpgate.auth;

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
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkQueueTest {
    private static final int THREADS = 2;
    private static final int PLENTY = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final WorkQueue queue = queue(PLENTY, PATIENCE);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() throws Exception {
        release.countDown();
        await(vertx.close());
    }

    @Test
    void checksRunOnAThreadOfTheirOwn() throws Exception {
        CompletableFuture<String> thread = new CompletableFuture<>();

        assertThat(await(queue.run(() -> thread.complete(Thread.currentThread().getName()))))
                .isTrue();
        assertThat(thread.join()).startsWith("work-queue-test");
    }

    @Test
    void whoComesBeyondTheLimitIsToldThatItIsTooBusyAndLaterIsNot() throws Exception {
        WorkQueue small = queue(2, PATIENCE);
        Future<Boolean> first = small.run(this::waitForRelease);
        Future<Boolean> second = small.run(this::waitForRelease);

        assertThat(small.run(() -> true).cause())
                .isInstanceOf(TooBusyException.class)
                .hasMessage("too busy: 2 logins wait already");
        release.countDown();
        assertThat(await(Future.all(first, second)).succeeded()).isTrue();
        assertThat(await(small.run(() -> true))).isTrue();
    }

    @Test
    void aCheckThatFailsGivesItsPlaceBack() throws Exception {
        WorkQueue single = queue(1, PATIENCE);

        for (int round = 0; round < 3; round++) {
            assertThat(failure(single.run(() -> {
                        throw new IllegalArgumentException("broken");
                    })))
                    .hasMessage("broken");
        }
    }

    @Test
    void aCheckThatHasWaitedTooLongIsNotDone() throws Exception {
        WorkQueue impatient = queue(PLENTY, Duration.ZERO);
        AtomicBoolean done = new AtomicBoolean();
        occupyAllWorkers();

        Future<Boolean> late = impatient.run(() -> done.compareAndSet(false, true));
        release.countDown();

        assertThat(failure(late)).isInstanceOf(TooBusyException.class).hasMessageContaining("no worker was free");
        assertThat(done).isFalse();
    }

    @Test
    void whoCouldOnlyBeAnsweredTooLateIsToldSoAtOnce() throws Exception {
        AtomicLong now = new AtomicLong();
        WorkQueue timed = new WorkQueue(vertx, "work-queue-test", THREADS, PLENTY, PATIENCE, now::get);
        // Two workers that take a second for each call: in half of 20 s they get through 20 calls.
        await(timed.run(() -> now.addAndGet(Duration.ofSeconds(1).toNanos())));
        occupyAllWorkers();

        List<Future<Boolean>> letIn = new ArrayList<>();
        for (int call = 0; call < 20; call++) {
            letIn.add(timed.run(() -> true));
        }

        assertThat(letIn).noneMatch(Future::isComplete);
        assertThat(timed.run(() -> true).cause())
                .isInstanceOf(TooBusyException.class)
                .hasMessage("too busy: 20 logins wait already");
        release.countDown();
        assertThat(await(Future.all(letIn)).succeeded()).isTrue();
    }

    @Test
    void callsThatAreFastAgainMakeRoomAgain() throws Exception {
        AtomicLong now = new AtomicLong();
        WorkQueue timed = new WorkQueue(vertx, "work-queue-test", THREADS, PLENTY, PATIENCE, now::get);
        await(timed.run(() -> now.addAndGet(Duration.ofHours(1).toNanos())));

        // Each of them finds a worker free, which is why it is let in at all.
        for (int call = 0; call < 40; call++) {
            assertThat(await(timed.run(() -> true))).isTrue();
        }

        occupyAllWorkers();
        List<Future<Boolean>> letIn = new ArrayList<>();
        for (int call = 0; call < PLENTY; call++) {
            letIn.add(timed.run(() -> true));
        }
        assertThat(letIn).noneMatch(Future::isComplete);
        release.countDown();
        assertThat(await(Future.all(letIn)).succeeded()).isTrue();
    }

    @Test
    void whatOtherQueuesOfThePoolHaveInLineCounts() throws Exception {
        AtomicLong now = new AtomicLong();
        WorkQueue timed = new WorkQueue(vertx, "work-queue-test", THREADS, PLENTY, PATIENCE, now::get);
        occupyAllWorkers();
        Future<Boolean> behindOthers = timed.run(() -> true);
        now.addAndGet(Duration.ofSeconds(12).toNanos());
        release.countDown();
        assertThat(await(behindOthers)).isTrue();

        CountDownLatch hold = new CountDownLatch(1);
        Future<Boolean> first = timed.run(() -> hold.await(20, TimeUnit.SECONDS));
        Future<Boolean> second = timed.run(() -> hold.await(20, TimeUnit.SECONDS));

        // 6 s a place: the third would be there for 18.
        assertThat(timed.run(() -> true).cause()).isInstanceOf(TooBusyException.class);
        hold.countDown();
        assertThat(await(Future.all(first, second)).succeeded()).isTrue();
    }

    @Test
    void allQueuesTogetherHaveNoMoreWorkersThanOne() throws Exception {
        WorkQueue other = queue(PLENTY, PATIENCE);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        Callable<Boolean> check = () -> threads.add(Thread.currentThread());
        List<Future<Boolean>> checks = new ArrayList<>();
        for (int round = 0; round < PLENTY; round++) {
            checks.add(queue.run(check));
            checks.add(other.run(check));
        }

        await(Future.all(checks));
        assertThat(threads).hasSizeBetween(1, THREADS);
    }

    @Test
    void closingOneQueueLeavesTheOthersAlone() throws Exception {
        WorkQueue other = queue(PLENTY, PATIENCE);
        Future<Boolean> underWay = other.run(this::waitForRelease);

        await(queue.close());
        Future<Boolean> after = other.run(() -> true);
        release.countDown();

        assertThat(await(underWay)).isTrue();
        assertThat(await(after)).isTrue();
        await(other.close());
        assertThat(failure(other.run(() -> true))).hasMessage("closed");
    }

    @Test
    void aQueueCanBeMadeAfterTheLastWasClosed() throws Exception {
        await(queue.close());

        assertThat(await(queue(PLENTY, PATIENCE).run(() -> true))).isTrue();
    }

    @Test
    void closingWaitsForWhatIsUnderWayAndAnswersWhatWaits() throws Exception {
        List<Future<Boolean>> underWay = occupyAllWorkers();
        Future<Boolean> waiting = queue.run(() -> true);

        Future<Void> closed = queue.close();
        assertThat(closed.isComplete()).isFalse();
        release.countDown();

        await(closed);
        assertThat(underWay).allSatisfy(check -> assertThat(await(check)).isTrue());
        assertThat(failure(waiting)).hasMessage("closed");
    }

    /** All are running when this returns. */
    private List<Future<Boolean>> occupyAllWorkers() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(THREADS);
        List<Future<Boolean>> checks = new ArrayList<>();
        for (int worker = 0; worker < THREADS; worker++) {
            checks.add(queue.run(() -> {
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

    private WorkQueue queue(int limit, Duration patience) {
        return new WorkQueue(vertx, "work-queue-test", THREADS, limit, patience);
    }
}
