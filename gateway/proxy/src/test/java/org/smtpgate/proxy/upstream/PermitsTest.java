package org.smtpgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Permits go from pool to pool, in the order of the claims; none is lost and none is made. */
class PermitsTest {
    private static final long PATIENCE_SECONDS = 30;

    @Test
    void who_claims_gets_the_permit_that_comes_free_and_not_who_gave_it_back() {
        Permits permits = new Permits(1);
        Pool first = new Pool(permits);
        Pool second = new Pool(permits);
        assertThat(permits.tryAcquire()).isTrue();
        permits.claim(second);
        assertThat(second.granted).hasValue(0);
        permits.release();
        assertThat(second.granted).hasValue(1);
        assertThat(permits.tryAcquire()).isFalse();
        assertThat(first.wanted).as("asked to part with an idle connection").hasValue(1);
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
        assertThat(permits.owed(rich)).isTrue();
        assertThat(permits.owed(poor)).isFalse();
        rich.held = 3;
        poor.held = 2;
        assertThat(permits.owed(rich)).isFalse();
        assertThat(permits.needed(rich)).isFalse();
        assertThat(permits.claimedByOthers(rich)).isTrue();
        assertThat(permits.claimedByOthers(poor)).isFalse();
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
        private final AtomicInteger wanted = new AtomicInteger();
        private volatile int held;

        Pool(Permits permits) {
            permits.join(this);
        }

        @Override
        public void permitGranted() {
            granted.incrementAndGet();
        }

        @Override
        public void permitWanted() {
            wanted.incrementAndGet();
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
            permits.join(this);
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
        public void permitWanted() {}

        @Override
        public int permitsHeld() {
            return 0;
        }
    }
}
