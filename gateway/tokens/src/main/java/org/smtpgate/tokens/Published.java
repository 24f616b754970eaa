package org.smtpgate.tokens;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.auth.Settings;

/**
 * What a server publishes for all, such as its keys: fetched when it is first asked for, fetched again when it is old, and
 * kept for a while when the server is down. One request is under way at most. Safe for any thread.
 *
 * @param <T> immutable
 */
public final class Published<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Published.class);

    /** After a failure, so that nobody waits long once the server is back, and it is not run over. */
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * @param fresh how long it is not asked for again
     * @param kept how long it is used while the server cannot be asked
     * @param spacing the least time between a fetch and the next one for what was not in it
     */
    public record Times(Duration fresh, Duration kept, Duration spacing) {
        private static final Duration SPACING = Duration.ofSeconds(10);

        /** Those of the configuration, for keys. */
        public static Times ofKeys(Settings settings) {
            Duration fresh =
                    settings.duration("jwks-fresh", Duration.ofMinutes(15), Duration.ofSeconds(1), Duration.ofDays(1));
            Duration kept =
                    settings.duration("jwks-kept", Duration.ofDays(1), Duration.ofSeconds(1), Duration.ofDays(30));
            if (kept.compareTo(fresh) < 0) {
                throw settings.wrong("jwks-kept", "must not be less than jwks-fresh");
            }
            return new Times(fresh, kept, SPACING);
        }
    }

    private final String name;
    private final Times times;
    private final LongSupplier nanoTime;
    private final Supplier<Future<T>> fetch;

    private T value;
    private long fetchedAt;
    private Future<T> underWay;
    private Throwable failure;
    private long failedAt;

    /** @param name for the log */
    public Published(String name, Times times, LongSupplier nanoTime, Supplier<Future<T>> fetch) {
        this.name = name;
        this.times = times;
        this.nanoTime = nanoTime;
        this.fetch = fetch;
    }

    /** What is published, old by {@code kept} at most; fails as the fetch does. */
    public Future<T> get() {
        synchronized (this) {
            if (value != null && isYounger(fetchedAt, times.fresh())) {
                return Future.succeededFuture(value);
            }
            if (value != null && isYounger(fetchedAt, times.kept())) {
                T old = value;
                fetched();
                return Future.succeededFuture(old);
            }
            return fetched();
        }
    }

    /**
     * For who misses something in what {@link #get} gave: the newer one. It is the same again when that was fetched only
     * just now, so that nobody has the server asked as often as he likes.
     */
    public Future<T> newerThan(T seen) {
        synchronized (this) {
            boolean newer = value != null && value != seen;
            return newer || isYounger(fetchedAt, times.spacing()) ? Future.succeededFuture(value) : fetched();
        }
    }

    private Future<T> fetched() {
        if (underWay != null) {
            return underWay;
        }
        if (failure != null && nanoTime.getAsLong() - failedAt < RETRY_NANOS) {
            return Future.failedFuture(failure);
        }
        Promise<T> promise = Promise.promise();
        Future<T> fetching = promise.future();
        underWay = fetching;
        Future.succeededFuture().compose(none -> fetch.get()).onComplete((fetched, wrong) -> {
            if (wrong == null) {
                succeeded(fetched);
                promise.complete(fetched);
            } else {
                failed(wrong);
                promise.fail(wrong);
            }
        });
        return fetching;
    }

    private synchronized void succeeded(T fetched) {
        if (failure != null) {
            LOG.info("{} can be fetched again", name);
        }
        value = fetched;
        fetchedAt = nanoTime.getAsLong();
        failure = null;
        underWay = null;
    }

    private synchronized void failed(Throwable wrong) {
        if (failure == null) {
            LOG.warn("{} cannot be fetched: {}", name, wrong.getMessage());
        }
        failure = wrong;
        failedAt = nanoTime.getAsLong();
        underWay = null;
    }

    private boolean isYounger(long since, Duration age) {
        return nanoTime.getAsLong() - since < age.toNanos();
    }
}
