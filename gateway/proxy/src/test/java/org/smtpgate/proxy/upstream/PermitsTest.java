package org.smtpgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Permits go from pool to pool, in the order of the claims; none is lost and none is made. */
class PermitsTest {
    private static final long PATIENCE_SECONDS = 30;

    @Test
    void who_claims_gets_the_permit_that_comes_free_and_not_who_gave_it_back() {
        Permits permits = new Permits(1);
        Pool second = new Pool(permits);
        AtomicInteger told = new AtomicInteger();
        permits.watch(told::incrementAndGet);
        assertThat(permits.tryAcquire()).isTrue();
        permits.claim(second);
        assertThat(second.granted).hasValue(0);
        permits.release();
        assertThat(second.granted).hasValue(1);
        assertThat(permits.tryAcquire()).isFalse();
        assertThat(told).as("event loops asked to part with an idle connection").hasValue(1);
    }

    @Test
    void a_claim_on_what_is_free_is_met_at_once() {
        Permits permits = new Permits(1);
        Pool pool = new Pool(permits);
        permits.claim(pool);
        assertThat(pool.granted).hasValue(1);
    }

    @Test
    void a_claim_that_is_withdrawn_gets_nothing() {
        Permits permits = new Permits(1);
        Pool pool = new Pool(permits);
        assertThat(permits.tryAcquire()).isTrue();
        permits.claim(pool);
        permits.withdraw(pool);
        permits.release();
        assertThat(pool.granted).hasValue(0);
        assertThat(permits.tryAcquire()).isTrue();
    }

    @Test
    void a_pool_that_is_busy_owes_only_what_is_above_its_share_to_one_that_is_below() {
        Permits permits = new Permits(5);
        Pool rich = new Pool(permits);
        Pool poor = new Pool(permits);
        rich.held = 5;
        permits.tryAcquire();
        while (permits.tryAcquire()) {
            // All five are taken.
        }
        permits.claim(poor);
        assertThat(permits.promiseIfOwed(poor)).isFalse();
        assertThat(permits.promiseIfOwed(rich)).isTrue();
        permits.releasePromised();
        rich.held = 3;
        poor.held = 2;
        permits.claim(poor);
        assertThat(permits.promiseIfOwed(rich)).isFalse();
        assertThat(permits.promiseIfNeeded(rich)).isFalse();
        assertThat(permits.claimedByOthers(rich)).isTrue();
        assertThat(permits.claimedByOthers(poor)).isFalse();
        assertThat(permits.promiseIfClaimed(poor)).isFalse();
        assertThat(permits.promiseIfClaimed(rich)).isTrue();
    }

    @Test
    void a_claim_that_is_met_at_once_asks_nobody_to_part_with_anything() {
        Permits permits = new Permits(1);
        AtomicInteger told = new AtomicInteger();
        permits.watch(told::incrementAndGet);
        permits.claim(new Pool(permits));
        assertThat(told).hasValue(0);
    }

    @Test
    void as_many_are_promised_as_are_claimed() {
        Permits permits = new Permits(4);
        Pool giver = new Pool(permits);
        giver.held = 4;
        while (permits.tryAcquire()) {
            // All four are taken.
        }
        permits.claim(new Pool(permits));
        permits.claim(new Pool(permits));
        assertThat(permits.promiseIfNeeded(giver)).isTrue();
        assertThat(permits.promiseIfClaimed(giver)).isTrue();
        assertThat(permits.promiseIfNeeded(giver)).isFalse();
        assertThat(permits.promiseIfClaimed(giver)).isFalse();
        assertThat(permits.claimedByOthers(giver)).isTrue();
        permits.releasePromised();
        permits.releasePromised();
        assertThat(permits.claimedByOthers(giver)).isFalse();
        permits.claim(new Pool(permits));
        assertThat(permits.promiseIfNeeded(giver))
                .as("a promise that was kept counts for no later claim")
                .isTrue();
    }

    /** Else who waits would wait for what the giver needs itself. */
    @Test
    void a_promise_for_the_givers_own_claim_serves_nobody_else() {
        Permits permits = new Permits(4);
        Pool giver = new Pool(permits);
        giver.held = 4;
        while (permits.tryAcquire()) {
            // All four are taken.
        }
        permits.promise();
        permits.claim(giver);
        assertThat(permits.promiseIfClaimed(giver)).isFalse();
        permits.claim(new Pool(permits));
        assertThat(permits.promiseIfNeeded(giver)).isTrue();
        assertThat(permits.promiseIfClaimed(giver)).isFalse();
    }

    @Test
    void of_two_givers_that_hear_of_a_claim_at_the_same_moment_one_promises() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 2_000; round++) {
                Permits permits = new Permits(2);
                permits.tryAcquire();
                permits.tryAcquire();
                permits.claim(new Pool(permits));
                CyclicBarrier start = new CyclicBarrier(2);
                Callable<Boolean> giver = () -> {
                    Pool pool = new Pool(permits);
                    start.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    return permits.promiseIfNeeded(pool);
                };
                Future<Boolean> one = threads.submit(giver);
                Future<Boolean> other = threads.submit(giver);
                assertThat(one.get(PATIENCE_SECONDS, TimeUnit.SECONDS) ^ other.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .isTrue();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void with_more_pools_than_permits_one_that_has_a_permit_owes_it_to_one_that_has_none() {
        Permits permits = new Permits(2);
        Pool rich = new Pool(permits);
        rich.held = 1;
        List<Pool> others = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            others.add(new Pool(permits));
        }
        permits.tryAcquire();
        permits.tryAcquire();
        Pool greedy = others.get(0);
        greedy.held = 1;
        permits.claim(greedy);
        assertThat(permits.promiseIfOwed(rich)).isFalse();
        permits.claim(others.get(1));
        assertThat(permits.promiseIfOwed(rich)).isTrue();
    }

    @Test
    void the_share_grows_when_a_pool_leaves() {
        Permits permits = new Permits(2);
        Pool rich = new Pool(permits);
        Pool middling = new Pool(permits);
        Pool gone = new Pool(permits);
        rich.held = 2;
        middling.held = 1;
        while (permits.tryAcquire()) {
            // All are taken.
        }
        permits.claim(gone);
        permits.leave(gone);
        assertThat(permits.claimedByOthers(rich)).isFalse();
        permits.claim(middling);
        assertThat(permits.promiseIfOwed(rich))
                .as("one each is what there is for two")
                .isFalse();
        permits.leave(rich);
        assertThat(permits.promiseIfNeeded(rich)).as("all are for the only one").isTrue();
    }

    @Test
    void ten_thousand_claims_are_made_and_withdrawn_in_no_time() {
        int total = 100;
        Permits permits = new Permits(total);
        while (permits.tryAcquire()) {
            // All are taken.
        }
        List<Pool> pools = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            pools.add(new Pool(permits));
        }
        List<Pool> rich = pools.subList(0, total);
        rich.forEach(pool -> pool.held = 1);
        long begun = System.nanoTime();
        for (int round = 0; round < 10; round++) {
            pools.forEach(permits::claim);
            pools.forEach(permits::claim);
            pools.forEach(pool -> assertThat(permits.claimedByOthers(pool)).isTrue());
            rich.forEach(pool -> assertThat(permits.promiseIfNeeded(pool)).isTrue());
            pools.forEach(permits::withdraw);
            rich.forEach(pool -> permits.releasePromised());
            rich.forEach(pool -> assertThat(permits.tryAcquire()).isTrue());
        }
        // With a search through the others for each it is ten billion steps.
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void four_threads_that_claim_and_release_all_get_their_turns() throws Exception {
        int turns = 20_000;
        Permits permits = new Permits(2);
        List<Looper> loopers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            loopers.add(new Looper(permits, turns));
        }
        loopers.forEach(Looper::start);
        for (Looper looper : loopers) {
            assertThat(looper.done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        loopers.forEach(Looper::stop);
        assertThat(permits.tryAcquire()).isTrue();
        assertThat(permits.tryAcquire()).isTrue();
        assertThat(permits.tryAcquire()).isFalse();
    }

    private static final class Pool implements Permits.Claimant {
        private final AtomicInteger granted = new AtomicInteger();
        private volatile int held;

        Pool(Permits permits) {
            permits.join();
        }

        @Override
        public void permitGranted() {
            granted.incrementAndGet();
        }

        @Override
        public int permitsHeld() {
            return held;
        }
    }

    /** Takes a permit and gives it back, again and again, on a thread of its own as a pool on its event loop. */
    private static final class Looper implements Permits.Claimant {
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final CountDownLatch done = new CountDownLatch(1);
        private final Permits permits;
        private int left;

        Looper(Permits permits, int turns) {
            this.permits = permits;
            this.left = turns;
            permits.join();
        }

        void start() {
            thread.execute(this::next);
        }

        void stop() {
            thread.shutdown();
        }

        private void next() {
            if (left == 0) {
                done.countDown();
            } else if (permits.tryAcquire()) {
                use();
            } else {
                permits.claim(this);
            }
        }

        private void use() {
            left--;
            permits.release();
            thread.execute(this::next);
        }

        @Override
        public void permitGranted() {
            thread.execute(() -> {
                if (left > 0) {
                    use();
                } else {
                    permits.release();
                }
            });
        }

        @Override
        public int permitsHeld() {
            return 0;
        }
    }
}
