package org.smtpgate.proxy.guessing;

import io.github.bucket4j.TimeMeter;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.proxy.metrics.GuessingMeters;

/**
 * Counts that replicas share, and while they cannot be had or take too long, those of this process alone: protection gets
 * weaker then, and nobody is kept from logging in. After a failure they are left alone for a second, and then one question
 * tries whether they are back: a server that answers nothing must not have each login wait for each of its buckets. Safe for
 * any thread.
 */
public final class FallbackBuckets implements FailureBuckets {
    private static final Logger LOG = LoggerFactory.getLogger("smtpgate.auth");

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final FailureBuckets shared;
    private final FailureBuckets local;
    private final long patienceMillis;
    private final GuessingMeters meters;
    private final TimeMeter clock;

    /** When the shared ones are asked again; null while they answer. */
    private final AtomicReference<Long> pauseEnd = new AtomicReference<>();

    /** @param patienceMillis how long the shared ones may take for an answer */
    public FallbackBuckets(FailureBuckets shared, FailureBuckets local, long patienceMillis, GuessingMeters meters) {
        this(shared, local, patienceMillis, meters, TimeMeter.SYSTEM_NANOTIME);
    }

    FallbackBuckets(
            FailureBuckets shared, FailureBuckets local, long patienceMillis, GuessingMeters meters, TimeMeter clock) {
        this.shared = shared;
        this.local = local;
        this.patienceMillis = patienceMillis;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public Future<Long> room(Bucket bucket, Allowance allowance) {
        return ask(() -> shared.room(bucket, allowance), () -> local.room(bucket, allowance));
    }

    @Override
    public Future<Long> failed(Bucket bucket, Allowance allowance) {
        Future<Long> here = local.failed(bucket, allowance);
        return ask(() -> shared.failed(bucket, allowance), () -> here);
    }

    @Override
    public Future<Void> close() {
        return shared.close().eventually(local::close);
    }

    private Future<Long> ask(Supplier<Future<Long>> together, Supplier<Future<Long>> alone) {
        if (isPaused()) {
            meters.storeFailed();
            return alone.get();
        }
        return together.get()
                .timeout(patienceMillis, TimeUnit.MILLISECONDS)
                .onSuccess(room -> up())
                .recover(failure -> {
                    down(failure);
                    return alone.get();
                });
    }

    /** Not for the one that tries again: for all others the pause begins anew with it. */
    private boolean isPaused() {
        Long end = pauseEnd.get();
        if (end == null) {
            return false;
        }
        long now = clock.currentTimeNanos();
        return now - end < 0 || !pauseEnd.compareAndSet(end, now + PAUSE_NANOS);
    }

    private void down(Throwable failure) {
        meters.storeFailed();
        if (pauseEnd.getAndSet(clock.currentTimeNanos() + PAUSE_NANOS) == null) {
            LOG.warn(
                    "failed logins are counted by this process alone, as the shared counts cannot be had: {}",
                    failure.getClass().getSimpleName());
        }
    }

    private void up() {
        if (pauseEnd.getAndSet(null) != null) {
            LOG.info("failed logins are counted together with other replicas again");
        }
    }
}
