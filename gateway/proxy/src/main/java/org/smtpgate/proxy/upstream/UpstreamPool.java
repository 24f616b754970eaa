package org.smtpgate.proxy.upstream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.smtpgate.proxy.metrics.ConnectionState;
import org.smtpgate.proxy.metrics.UpstreamMeters;
import org.smtpgate.proxy.metrics.WaitResult;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.net.SmtpSocket;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.sender.Handshake;
import org.smtpgate.smtp.sender.Loss;

/**
 * The connections to one upstream that belong to one event loop.
 *
 * <p>A connection's state names where it is kept, and {@link #move} is the only mover: CONNECTING and RESETTING are
 * busy by themselves, IDLE lies in the list of that name, LEASED is with a lessee, CLOSING has said QUIT. Each open
 * connection holds one of the {@link Permits} that all event loops share, from before it is opened until its socket is
 * closed.
 *
 * <p>Who asks for a lease gets an idle connection, the one used last first, so that the others may age and go; or a new
 * one, if a permit is free; or waits in line, for a bounded time in a bounded line.
 */
public final class UpstreamPool implements Permits.Claimant {
    private final Context context;
    private final UpstreamSettings settings;
    private final Permits permits;
    private final Deadlines deadlines;
    private final UpstreamMeters meters;
    private final Connector connector;
    private final Set<UpstreamConnection> open = new HashSet<>();
    private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private final Promise<Void> closed = Promise.promise();
    /** Permits held for connections that have no socket yet. */
    private int connecting;

    private boolean closing;
    private Capabilities capabilities;

    UpstreamPool(Vertx vertx, UpstreamSettings settings, Permits permits, Deadlines deadlines, UpstreamMeters meters) {
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.permits = permits;
        this.deadlines = deadlines;
        this.meters = meters;
        this.connector = new Connector(vertx, settings);
        permits.join(this);
    }

    /**
     * Lends a connection.
     *
     * @param fresh whether only a new connection will do, since one that lay in the pool has just turned out dead
     * @return fails with {@link NoLeaseException}; a connection that comes is to be given back
     */
    public Future<UpstreamConnection> lease(boolean fresh) {
        Waiter waiter = new Waiter(fresh);
        waiter.deadline(deadlines.create(() -> timedOut(waiter)));
        meters.waitBegan();
        if (closing) {
            refuse(waiter, WaitResult.ABANDONED, NoLeaseException.Reason.CLOSED, "the gateway is stopping");
        } else if (!fresh && !idle.isEmpty()) {
            lend(idle.peekLast(), waiter);
        } else if (permits.tryAcquire()) {
            connectFor(waiter);
        } else if (waiters.size() >= settings.pool().queueLength()) {
            refuse(waiter, WaitResult.QUEUE_FULL, NoLeaseException.Reason.QUEUE_FULL, "the queue is full");
        } else {
            queue(waiter);
        }
        return waiter.lease().future();
    }

    /** Takes a connection back, whatever it was left in the middle of. */
    public void giveBack(UpstreamConnection connection) {
        if (connection.lost()) {
            return;
        }
        if (connection.reusable()) {
            settle(connection);
        } else if (connection.resettable()) {
            move(connection, ConnectionState.RESETTING);
            connection.reset();
        } else {
            connection.drop("given back in the middle of a transaction");
        }
    }

    /** Takes a connection back that must not be used again. */
    public void discard(UpstreamConnection connection, String why) {
        if (!connection.lost()) {
            connection.drop(why);
        }
    }

    /** Takes a connection back that no other session may use: says goodbye to the upstream, if it still can. */
    public void retire(UpstreamConnection connection) {
        if (connection.lost()) {
            return;
        }
        if (connection.resettable()) {
            move(connection, ConnectionState.CLOSING);
            connection.quit();
        } else {
            connection.drop("its session ended in the middle of a transaction");
        }
    }

    /** A transaction goes from a connection that died in the pool to another. */
    public void countRetry() {
        meters.retried();
    }

    /** What the upstream offered when last asked; null before that. */
    public Capabilities capabilities() {
        return capabilities;
    }

    public UpstreamSettings settings() {
        return settings;
    }

    UpstreamConnection opened(Endpoint endpoint, SmtpSocket socket, Handshake handshake) {
        return new UpstreamConnection(this, endpoint, socket, handshake);
    }

    UpstreamMeters meters() {
        return meters;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    /** Lends no more, says goodbye on idle connections, and completes when the last one is closed. */
    Future<Void> close() {
        closing = true;
        for (Waiter waiter = waiters.poll(); waiter != null; waiter = waiters.poll()) {
            refuse(waiter, WaitResult.ABANDONED, NoLeaseException.Reason.CLOSED, "the gateway is stopping");
        }
        new ArrayList<>(idle).forEach(this::retire);
        closedIfLast();
        return closed.future().eventually(connector::close);
    }

    /** Closes what is still open. */
    void closeNow() {
        new ArrayList<>(open).forEach(connection -> discard(connection, "the gateway is stopping"));
    }

    // Waiting

    private void queue(Waiter waiter) {
        if (waiter.fresh()) {
            // It had a connection, and lost it: its turn has come once already.
            waiters.addFirst(waiter);
        } else {
            waiters.addLast(waiter);
        }
        waiter.waitFor(settings.pool().queueTimeout());
        permits.claim(this);
    }

    private void timedOut(Waiter waiter) {
        if (waiters.remove(waiter)) {
            refuse(waiter, WaitResult.TIMED_OUT, NoLeaseException.Reason.TIMED_OUT, "no connection came free in time");
        }
    }

    private void refuse(Waiter waiter, WaitResult result, NoLeaseException.Reason reason, String text) {
        meters.waitEnded(result, waiter.waited());
        waiter.over();
        waiter.lease().fail(new NoLeaseException(reason, text));
    }

    private void lend(UpstreamConnection connection, Waiter waiter) {
        move(connection, ConnectionState.LEASED);
        meters.waitEnded(WaitResult.GRANTED, waiter.waited());
        waiter.over();
        waiter.lease().complete(connection);
    }

    @Override
    public void permitFreed() {
        context.runOnContext(turn -> {
            if (waiters.isEmpty() || closing) {
                permits.wakeNext();
            } else if (permits.tryAcquire()) {
                connectFor(waiters.removeFirst());
            } else {
                permits.claim(this);
            }
        });
    }

    @Override
    public void permitWanted() {
        context.runOnContext(turn -> {
            if (waiters.isEmpty() && !idle.isEmpty()) {
                retire(idle.peekFirst());
            }
        });
    }

    // Connections

    private void connectFor(Waiter waiter) {
        connecting++;
        meters.moved(null, ConnectionState.CONNECTING);
        connector.connect(this).onComplete((connection, failure) -> {
            connecting--;
            if (failure == null) {
                open.add(connection);
                capabilities = connection.capabilities();
                lend(connection, waiter);
            } else {
                meters.moved(ConnectionState.CONNECTING, null);
                permits.release();
                refuse(waiter, WaitResult.ABANDONED, NoLeaseException.Reason.UNREACHABLE, failure.getMessage());
                closedIfLast();
            }
        });
    }

    private void move(UpstreamConnection connection, ConnectionState next) {
        ConnectionState before = connection.state();
        if (before == ConnectionState.IDLE) {
            idle.remove(connection);
        }
        if (next == ConnectionState.IDLE) {
            idle.addLast(connection);
        }
        meters.moved(before, next);
        connection.state(next);
    }

    /** Finds the next use for a connection that could take a transaction at once. */
    private void settle(UpstreamConnection connection) {
        Waiter first = waiters.peekFirst();
        boolean others = permits.claimed() && (first == null || open.size() > permits.fairShare());
        if (closing || others || connection.worn() || first != null && first.fresh()) {
            retire(connection);
        } else if (first != null) {
            lend(connection, waiters.removeFirst());
        } else {
            move(connection, ConnectionState.IDLE);
            connection.idleFor(settings.pool().idleTimeout());
        }
    }

    void resetDone(UpstreamConnection connection) {
        if (connection.reusable()) {
            settle(connection);
        } else {
            connection.drop("RSET was refused");
        }
    }

    void idleTooLong(UpstreamConnection connection) {
        retire(connection);
    }

    /** A connection is of no more use; its socket is about to be closed. */
    void lost(UpstreamConnection connection, Loss loss) {
        if (open.contains(connection)) {
            meters.closed(Closures.by(loss), Closures.how(loss), connection.state());
            move(connection, ConnectionState.CLOSING);
        }
    }

    /** A connection's socket is closed: the upstream has room for another one. */
    void closed(UpstreamConnection connection) {
        if (open.remove(connection)) {
            meters.moved(ConnectionState.CLOSING, null);
            permits.release();
            closedIfLast();
        }
    }

    private void closedIfLast() {
        if (closing && open.isEmpty() && connecting == 0) {
            closed.tryComplete();
        }
    }
}
