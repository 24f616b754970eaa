package org.smtpgate.auth.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.smtpgate.auth.TooBusyException;

/** How many questions may be under way at a time, and the line of those that wait for that. Safe for any thread. */
final class Turns {
    private final Vertx vertx;
    private final int most;
    private final int mostWaiting;
    private final Deque<Promise<Void>> waiting = new ArrayDeque<>();
    private int taken;

    Turns(Vertx vertx, int most, int mostWaiting) {
        this.vertx = vertx;
        this.most = most;
        this.mostWaiting = mostWaiting;
    }

    /** Completes when it is one's turn, which is to be given back; fails with {@link TooBusyException}. */
    Future<Void> take(Duration patience) {
        Promise<Void> turn = Promise.promise();
        synchronized (this) {
            if (taken < most) {
                taken++;
                return Future.succeededFuture();
            }
            if (waiting.size() >= mostWaiting) {
                return Future.failedFuture(new TooBusyException(mostWaiting + " logins wait already"));
            }
            waiting.add(turn);
        }
        long timer = vertx.setTimer(Math.max(1, patience.toMillis()), due -> tire(turn, patience));
        return turn.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    void giveBack() {
        Promise<Void> next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                taken--;
            }
        }
        if (next != null) {
            next.complete();
        }
    }

    private void tire(Promise<Void> turn, Duration patience) {
        boolean still;
        synchronized (this) {
            still = waiting.remove(turn);
        }
        if (still) {
            turn.fail(new TooBusyException("no connection was free for " + patience.toMillis() + " ms"));
        }
    }
}
