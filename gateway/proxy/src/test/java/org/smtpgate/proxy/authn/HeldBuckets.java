package org.smtpgate.proxy.authn;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import org.smtpgate.proxy.guessing.Allowance;
import org.smtpgate.proxy.guessing.Bucket;
import org.smtpgate.proxy.guessing.FailureBuckets;
import org.smtpgate.proxy.guessing.Guesses;
import org.smtpgate.proxy.guessing.GuessingSettings;
import org.smtpgate.proxy.metrics.GuessingMeters;

/** Counts that are kept far away: they say nothing until the test has them do so. */
final class HeldBuckets implements FailureBuckets {
    final Promise<Long> room = Promise.promise();
    final Promise<Long> failed = Promise.promise();

    /** Each failure is answered after this time. */
    Guesses guesses(Duration delay) {
        Allowance plenty = new Allowance(1_000, Duration.ofMinutes(1));
        GuessingSettings settings = new GuessingSettings(plenty, plenty, plenty, 24, 64, delay, delay, List.of());
        return new Guesses(settings, this, new GuessingMeters(new SimpleMeterRegistry()));
    }

    @Override
    public Future<Long> room(Bucket bucket, Allowance allowance) {
        return room.future();
    }

    @Override
    public Future<Long> failed(Bucket bucket, Allowance allowance) {
        return failed.future();
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
