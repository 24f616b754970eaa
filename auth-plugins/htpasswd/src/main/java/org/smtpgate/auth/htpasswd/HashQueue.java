package org.smtpgate.auth.htpasswd;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/** Where hashes are checked: a few worker threads, and a bounded number of checks that wait for one, for a bounded time. */
final class HashQueue {
    /** One core is left to the event loops, so that guessing passwords stops nobody's mail. */
    static final int WORKERS = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);

    // One name, so one pool, for all backends: the heap that argon2 takes is bounded by the number of workers. Vert.x
    // counts who shares the pool, and ends it with the last.
    private static final String NAME = "smtpgate-htpasswd";

    private final WorkerExecutor workers;
    private final int limit;
    private final Duration patience;
    private final AtomicInteger pending = new AtomicInteger();
    private final Promise<Void> drained = Promise.promise();
    private volatile boolean closed;

    /**
     * @param limit how many checks may be under way or wait; who comes then had better come again later
     * @param patience how long a check may wait for a worker. A client that has waited longer has likely given up, and
     *     work for such clients would make all others wait as long
     */
    HashQueue(Vertx vertx, int limit, Duration patience) {
        this.workers = vertx.createSharedWorkerExecutor(NAME, WORKERS);
        this.limit = limit;
        this.patience = patience;
    }

    /** Runs a check on a worker. Fails when too many wait already, or when it waits for too long. */
    Future<Boolean> check(Callable<Boolean> check) {
        if (closed) {
            return Future.failedFuture(closed());
        }
        if (pending.incrementAndGet() > limit) {
            leave();
            return Future.failedFuture(new TooBusyException(limit + " logins wait already"));
        }
        long since = System.nanoTime();
        return workers.executeBlocking(() -> inTime(check, since), false).onComplete(done -> leave());
    }

    /** Completes when no check is under way. Those that wait for a worker fail: Vert.x would forget them unanswered. */
    Future<Void> close() {
        closed = true;
        if (pending.get() == 0) {
            drained.tryComplete();
        }
        return drained.future().compose(none -> workers.close());
    }

    private Boolean inTime(Callable<Boolean> check, long since) throws Exception {
        if (closed) {
            throw closed();
        }
        if (System.nanoTime() - since > patience.toNanos()) {
            throw new TooBusyException("no worker was free for " + patience.toMillis() + " ms");
        }
        return check.call();
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
