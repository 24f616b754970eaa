package org.smtpgate.proxy.guessing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.Future;
import java.time.Duration;

/** Counts of this process alone. A bucket that has filled up again is forgotten. Safe for any thread. */
public final class LocalBuckets implements FailureBuckets {
    /** Some 20 MiB. Whoever has so many addresses is met by the buckets of their networks. */
    static final int BUCKETS_MAX = 100_000;

    private final TimeMeter clock;
    private final Cache<Bucket, Counted> buckets;

    private record Counted(io.github.bucket4j.Bucket tokens, long fadesAfterNanos) {}

    public LocalBuckets() {
        this(TimeMeter.SYSTEM_NANOTIME);
    }

    LocalBuckets(TimeMeter clock) {
        this.clock = clock;
        Ticker ticker = clock::currentTimeNanos;
        this.buckets = Caffeine.newBuilder()
                .maximumSize(BUCKETS_MAX)
                .ticker(ticker)
                .expireAfter(Expiry.<Bucket, Counted>accessing(
                        (bucket, counted) -> Duration.ofNanos(counted.fadesAfterNanos())))
                .build();
    }

    @Override
    public Future<Long> room(Bucket bucket, Allowance allowance) {
        Counted counted = buckets.getIfPresent(bucket);
        return Future.succeededFuture(
                counted == null ? allowance.failures() : counted.tokens().getAvailableTokens());
    }

    @Override
    public Future<Long> failed(Bucket bucket, Allowance allowance) {
        io.github.bucket4j.Bucket tokens =
                buckets.get(bucket, missing -> full(allowance)).tokens();
        if (tokens.getAvailableTokens() > -allowance.failures()) {
            tokens.consumeIgnoringRateLimits(1);
        }
        return Future.succeededFuture(tokens.getAvailableTokens());
    }

    /** How many there are, about. */
    public long size() {
        return buckets.estimatedSize();
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }

    private Counted full(Allowance allowance) {
        io.github.bucket4j.Bucket tokens = io.github.bucket4j.Bucket.builder()
                .addLimit(limit ->
                        limit.capacity(allowance.failures()).refillGreedy(allowance.failures(), allowance.within()))
                .withCustomTimePrecision(clock)
                .build();
        return new Counted(tokens, allowance.within().toNanos());
    }
}
