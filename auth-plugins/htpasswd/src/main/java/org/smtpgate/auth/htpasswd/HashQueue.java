package org.smtpgate.auth.htpasswd;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/** Where hashes are checked: a few worker threads, and a bounded number of checks that wait for one. */
final class HashQueue {
    /** One core is left to the event loops, so that guessing passwords stops nobody's mail. */
    static final int WORKERS = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);

    private static final String NAME = "smtpgate-htpasswd";

    private final WorkerExecutor workers;
    private final int limit;
    private final AtomicInteger pending = new AtomicInteger();
    private volatile boolean closed;

    /** @param limit how many checks may be under way or wait; who comes then had better come again later */
    HashQueue(Vertx vertx, int limit) {
        this.workers = vertx.createSharedWorkerExecutor(NAME, WORKERS);
        this.limit = limit;
    }

    /** Runs a check on a worker. Fails when too many wait already. */
    Future<Boolean> check(Callable<Boolean> check) {
        if (closed) {
            return Future.failedFuture(new IllegalStateException("closed"));
        }
        if (pending.incrementAndGet() > limit) {
            pending.decrementAndGet();
            return Future.failedFuture(new TooBusyException(limit));
        }
        return workers.executeBlocking(check, false).onComplete(done -> pending.decrementAndGet());
    }

    Future<Void> close() {
        closed = true;
        return workers.close();
    }
}
