package org.smtpgate.proxy.guessing;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.proxy.metrics.GuessingMeters;

/**
 * Counts that replicas share, and while they cannot be had or take too long, those of this process alone: protection gets
 * weaker then, and nobody is kept from logging in. Safe for any thread.
 */
public final class FallbackBuckets implements FailureBuckets {
    private static final Logger LOG = LoggerFactory.getLogger("smtpgate.auth");

    private final FailureBuckets shared;
    private final FailureBuckets local;
    private final long patienceMillis;
    private final GuessingMeters meters;
    private final AtomicBoolean down = new AtomicBoolean();

    /** @param patienceMillis how long the shared ones may take for an answer */
    public FallbackBuckets(FailureBuckets shared, FailureBuckets local, long patienceMillis, GuessingMeters meters) {
        this.shared = shared;
        this.local = local;
        this.patienceMillis = patienceMillis;
        this.meters = meters;
    }

    @Override
    public Future<Long> room(Bucket bucket, Allowance allowance) {
        return shared.room(bucket, allowance)
                .timeout(patienceMillis, TimeUnit.MILLISECONDS)
                .onSuccess(room -> up())
                .recover(failure -> {
                    down(failure);
                    return local.room(bucket, allowance);
                });
    }

    @Override
    public Future<Long> failed(Bucket bucket, Allowance allowance) {
        Future<Long> here = local.failed(bucket, allowance);
        return shared.failed(bucket, allowance)
                .timeout(patienceMillis, TimeUnit.MILLISECONDS)
                .onSuccess(room -> up())
                .recover(failure -> {
                    down(failure);
                    return here;
                });
    }

    @Override
    public Future<Void> close() {
        return shared.close().eventually(local::close);
    }

    private void down(Throwable failure) {
        meters.storeFailed();
        if (down.compareAndSet(false, true)) {
            LOG.warn(
                    "failed logins are counted by this process alone, as the shared counts cannot be had: {}",
                    failure.getClass().getSimpleName());
        }
    }

    private void up() {
        if (down.compareAndSet(true, false)) {
            LOG.info("failed logins are counted together with other replicas again");
        }
    }
}
