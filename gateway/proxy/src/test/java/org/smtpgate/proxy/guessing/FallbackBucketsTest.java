package org.smtpgate.proxy.guessing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.metrics.GuessingMeters;

class FallbackBucketsTest {
    private static final Bucket BUCKET = new Bucket(Bucket.Kind.ADDRESS, "198.51.100.7");
    private static final Allowance ALLOWANCE = new Allowance(3, Duration.ofMinutes(1));

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final HandClock clock = new HandClock();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final GuessingMeters meters = new GuessingMeters(registry);

    @Test
    void theSharedCountIsWhatCounts() throws Exception {
        FailureBuckets buckets = before(new Answering(Future.succeededFuture(1L)));

        assertThat(result(buckets.room(BUCKET, ALLOWANCE))).isEqualTo(1);
        assertThat(result(buckets.failed(BUCKET, ALLOWANCE))).isEqualTo(1);
        assertThat(storeFailures()).isZero();
    }

    @Test
    void whenItCannotBeHadThisProcessCountsForItself() throws Exception {
        FailureBuckets buckets = before(new Answering(Future.failedFuture("down")));

        assertThat(result(buckets.failed(BUCKET, ALLOWANCE))).isEqualTo(2);
        assertThat(result(buckets.room(BUCKET, ALLOWANCE))).isEqualTo(2);
        assertThat(storeFailures()).isEqualTo(2);
    }

    @Test
    void itIsNotWaitedForLong() throws Exception {
        FailureBuckets buckets = before(new Answering(Promise.<Long>promise().future()));

        assertThat(result(buckets.room(BUCKET, ALLOWANCE))).isEqualTo(3);
        assertThat(storeFailures()).isEqualTo(1);
    }

    /** Else each login waits for each of its buckets in turn while packets are lost on the way there. */
    @Test
    void afterAFailureItIsLeftAloneForAWhile() throws Exception {
        Answering shared = new Answering(Promise.<Long>promise().future());
        FailureBuckets buckets = before(shared);
        result(buckets.room(BUCKET, ALLOWANCE));

        clock.forward(PAUSE.minusNanos(1));
        assertThat(buckets.room(BUCKET, ALLOWANCE).result()).isEqualTo(3);
        assertThat(buckets.failed(BUCKET, ALLOWANCE).result()).isEqualTo(2);
        assertThat(shared.asked).isEqualTo(1);
        assertThat(storeFailures()).isEqualTo(3);
    }

    @Test
    void afterThatWhileOneTriesWhetherItIsBackAndTheOthersDoNotWait() throws Exception {
        Answering shared = new Answering(Future.failedFuture("down"));
        FailureBuckets buckets = before(shared, 60_000);
        result(buckets.room(BUCKET, ALLOWANCE));
        Promise<Long> late = Promise.promise();
        shared.answer = late.future();

        clock.forward(PAUSE);
        Future<Long> trying = buckets.room(BUCKET, ALLOWANCE);
        assertThat(buckets.room(BUCKET, ALLOWANCE).result()).isEqualTo(3);
        assertThat(shared.asked).isEqualTo(2);

        late.complete(1L);
        assertThat(result(trying)).isEqualTo(1);
        assertThat(result(buckets.room(BUCKET, ALLOWANCE))).isEqualTo(1);
    }

    @Test
    void whatWasCountedHereWhileItWasThereIsNotForgottenWhenItIsGone() throws Exception {
        Answering shared = new Answering(Future.succeededFuture(0L));
        FailureBuckets buckets = before(shared);
        result(buckets.failed(BUCKET, ALLOWANCE));
        shared.answer = Future.failedFuture("down");

        assertThat(result(buckets.room(BUCKET, ALLOWANCE))).isEqualTo(2);
    }

    private FailureBuckets before(FailureBuckets shared) {
        return before(shared, 50);
    }

    private FailureBuckets before(FailureBuckets shared, long patienceMillis) {
        return new FallbackBuckets(shared, new LocalBuckets(clock), patienceMillis, meters, clock);
    }

    private double storeFailures() {
        return registry.get("smtpgate.auth.guessing.store.failures").counter().count();
    }

    private static long result(Future<Long> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** Counts kept elsewhere, of which each test knows what they say. */
    private static final class Answering implements FailureBuckets {
        private Future<Long> answer;
        private int asked;

        private Answering(Future<Long> answer) {
            this.answer = answer;
        }

        @Override
        public Future<Long> room(Bucket bucket, Allowance allowance) {
            asked++;
            return answer;
        }

        @Override
        public Future<Long> failed(Bucket bucket, Allowance allowance) {
            asked++;
            return answer;
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    }
}
