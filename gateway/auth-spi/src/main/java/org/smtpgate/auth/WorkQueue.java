package org.smtpgate.auth;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Where a backend does what would block an event loop, such as hashing or a question to a server by a blocking client: a
 * few worker threads, and a bounded number of calls that wait for one, for a bounded time. Who would wait for too long, as
 * calls go now, is told so at once. Safe for any thread.
 */
public final class WorkQueue {
    /** How many threads work that keeps a core busy may have: one core is left to the event loops. */
    public static final int CORES = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);

    /** How many calls may be under way or wait, where nothing else is asked for. */
    public static final int LIMIT = 10_000;

    /**
     * Well within the half minute that the gateway gives a login, so that a worker's time is spent on clients still
     * there.
     */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * The part of the patience that a call may be expected to wait. All of them wait as long while too many come; and
     * whoever was let in should not be dropped, as the expectation is a rough one.
     */
    private static final int SHARE = 2;

    /** What a call that ends weighs in the pace: a quarter, so that a slow start is soon forgotten. */
    private static final int WEIGHT = 4;

    private final WorkerExecutor workers;
    private final int threads;
    private final int limit;
    private final Duration patience;
    private final LongSupplier clock;
    private final AtomicInteger pending = new AtomicInteger();

    // Nanoseconds in which the line moves up by one; 0 while nothing is known. What other queues of the pool do is in
    // it.
    private final AtomicLong pace = new AtomicLong();
    private final Promise<Void> drained = Promise.promise();
    private volatile boolean closed;

    /**
     * @param name of the pool, and of its threads. Queues of one name share one pool, which ends with the last of them
     * @param threads how many calls run at a time
     * @param limit how many calls may be under way or wait; who comes then had better come again later
     * @param patience how long a call may wait for a worker. A client that has waited longer has likely given up, and
     *     work for such clients would make all others wait as long
     */
    public WorkQueue(Vertx vertx, String name, int threads, int limit, Duration patience) {
        this(vertx, name, threads, limit, patience, System::nanoTime);
    }

    /** @param clock of nanoseconds */
    WorkQueue(Vertx vertx, String name, int threads, int limit, Duration patience, LongSupplier clock) {
        this.workers = vertx.createSharedWorkerExecutor(name, threads);
        this.threads = threads;
        this.limit = limit;
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * A queue for hashing passwords. All of them share one pool: the memory that argon2 takes is bounded by its number of
     * threads.
     */
    public static WorkQueue forHashing(Vertx vertx) {
        return new WorkQueue(vertx, "smtpgate-hashing", CORES, LIMIT, PATIENCE);
    }

    /**
     * Runs a call on a worker. Fails with {@link TooBusyException} when too many wait already, at once, or when it waits
     * for too long; with what the call throws, otherwise.
     */
    public <T> Future<T> run(Callable<T> call) {
        if (closed) {
            return Future.failedFuture(closed());
        }
        int place = pending.incrementAndGet();
        if (place > limit || isHopeless(place)) {
            leave();
            return Future.failedFuture(new TooBusyException((place - 1) + " logins wait already"));
        }
        long since = clock.getAsLong();
        return workers.executeBlocking(() -> inTime(call, place, since), false).andThen((result, failure) -> leave());
    }

    /** Completes when no call is under way. Those that wait for a worker fail: Vert.x would forget them unanswered. */
    public Future<Void> close() {
        closed = true;
        if (pending.get() == 0) {
            drained.tryComplete();
        }
        return drained.future().compose(none -> workers.close());
    }

    /** Never with a worker free: else, after one slow call, nothing would show that calls are fast again. */
    private boolean isHopeless(int place) {
        return place > threads && pace.get() > patience.toNanos() / SHARE / place;
    }

    private <T> T inTime(Callable<T> call, int place, long since) throws Exception {
        if (closed) {
            throw closed();
        }
        try {
            if (clock.getAsLong() - since > patience.toNanos()) {
                throw new TooBusyException("no worker was free for " + patience.toMillis() + " ms");
            }
            return call.call();
        } finally {
            learn((clock.getAsLong() - since) / Math.max(place, threads));
        }
    }

    private void learn(long nanos) {
        pace.accumulateAndGet(nanos, (known, seen) -> known == 0 ? seen : known + (seen - known) / WEIGHT);
    }

    private void leave() {
        if (pending.decrementAndGet() == 0 && closed) {
            drained.tryComplete();
        }
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("closed");
    }
}
