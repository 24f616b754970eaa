package org.smtpgate.auth;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where a backend asks a server without blocking: lets so many calls run at a time; others wait for their turn, in their
 * order, in a bounded number and for a bounded time. Safe for any thread, blocks none.
 */
public final class Turns {
    private final Vertx vertx;
    private final int limit;
    private final Deque<Promise<Void>> waiting = new ArrayDeque<>();
    private final Promise<Void> drained = Promise.promise();
    private int free;
    private int running;
    private boolean closed;

    /**
     * @param many how many run at a time
     * @param limit how many may wait
     */
    public Turns(Vertx vertx, int many, int limit) {
        this.vertx = vertx;
        this.free = many;
        this.limit = limit;
    }

    /**
     * Makes a call when it is its turn. Fails with {@link TooBusyException} when that does not come.
     *
     * @param patience how long it may wait
     */
    public <T> Future<T> run(Duration patience, Supplier<Future<T>> call) {
        Promise<Void> turn = Promise.promise();
        synchronized (this) {
            if (closed) {
                return Future.failedFuture(closed());
            }
            if (free > 0) {
                free--;
                running++;
                turn.complete();
            } else if (waiting.size() < limit) {
                waiting.add(turn);
            } else {
                return Future.failedFuture(new TooBusyException(limit + " logins wait already"));
            }
        }
        if (!turn.future().isComplete()) {
            giveUpInTime(turn, patience);
        }
        return turn.future().compose(mine -> called(call).onComplete(done -> next()));
    }

    private static <T> Future<T> called(Supplier<Future<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException thrown) {
            return Future.failedFuture(thrown);
        }
    }

    private void giveUpInTime(Promise<Void> turn, Duration patience) {
        long timer = vertx.setTimer(Math.max(1, patience.toMillis()), late -> {
            synchronized (this) {
                if (!waiting.remove(turn)) {
                    return;
                }
            }
            turn.fail(new TooBusyException("no turn came within " + patience.toMillis() + " ms"));
        });
        turn.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    /** The turn of one that has ended goes to the one that waits longest. */
    private void next() {
        Promise<Void> turn;
        boolean last;
        synchronized (this) {
            turn = waiting.poll();
            if (turn == null) {
                free++;
                running--;
            }
            last = closed && running == 0;
        }
        if (turn != null) {
            turn.complete();
        }
        if (last) {
            drained.tryComplete();
        }
    }

    /** Completes when no call is under way; those that wait fail. */
    public Future<Void> close() {
        List<Promise<Void>> abandoned;
        boolean idle;
        synchronized (this) {
            closed = true;
            abandoned = new ArrayList<>(waiting);
            waiting.clear();
            idle = running == 0;
        }
        abandoned.forEach(turn -> turn.fail(closed()));
        if (idle) {
            drained.tryComplete();
        }
        return drained.future();
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("closed");
    }
}
