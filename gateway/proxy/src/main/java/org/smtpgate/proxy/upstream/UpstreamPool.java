package org.smtpgate.proxy.upstream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.smtpgate.proxy.metrics.ConnectionState;
import org.smtpgate.proxy.metrics.UpstreamMeters;
import org.smtpgate.proxy.metrics.WaitResult;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.sender.Loss;

/**
 * The connections to one upstream that belong to one event loop.
 *
 * <p>A connection's state names where it is kept, and {@link #move} is the only mover: CONNECTING and RESETTING are
 * busy by themselves, IDLE lies in the list of that name, LEASED is with a lessee, CLOSING has said QUIT. Each
 * connection holds one of the {@link Permits} that all event loops share, from before it is opened until its socket is
 * closed.
 *
 * <p>Who asks for a lease gets an idle connection, the one used last first, so that the others may age and go; or waits
 * in line, for a bounded time in a bounded line. For those who wait new connections are made while there are permits,
 * but they are bound to none: whatever comes first, a connection given back or a new one, serves who came first. So
 * nobody waits for a server that hangs while another connection lies idle, and a server that takes fewer connections
 * than it was thought to serves all the same.
 */
final class UpstreamPool implements Permits.Claimant {
    /** After a failed attempt, while others live: for how long those do before there is another attempt. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** For how long a connection stays with its event loop though others could use it, since to move it costs two. */
    private static final Duration STAY = Duration.ofMillis(50);

    private final Context context;
    private final UpstreamSettings settings;
    private final Permits permits;
    private final Deadlines deadlines;
    private final UpstreamMeters meters;
    private final Connector connector;
    /** Those with a socket, but not yet through their handshake. */
    private final Set<UpstreamConnection> handshaking = new HashSet<>();

    private final Set<UpstreamConnection> open = new HashSet<>();
    private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
    private final WaitingLine waiters;
    private final Promise<Void> closed = Promise.promise();
    /** When to part with an idle connection that others wait for. */
    private final Deadlines.Deadline parting;
    /** When to try again after a failed attempt. */
    private final Deadlines.Deadline pause;
    /** Attempts under way, each with a permit. */
    private int connecting;
    /** Permits in use; written by this event loop alone, read by all. */
    private volatile int held;
    /** The last attempt failed: until one succeeds there is one at a time. */
    private boolean troubled;

    private boolean closing;
    private Capabilities capabilities;

    UpstreamPool(Vertx vertx, UpstreamSettings settings, Permits permits, Deadlines deadlines, UpstreamMeters meters) {
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.permits = permits;
        this.deadlines = deadlines;
        this.meters = meters;
        this.connector = new Connector(vertx, settings);
        this.waiters = new WaitingLine(meters);
        this.parting = deadlines.create(this::part);
        this.pause = deadlines.create(this::connectWhereWanted);
        permits.join(this);
        meters.queueAdded(settings.pool().queueLength());
    }

    /**
     * Lends a connection.
     *
     * @param fresh whether only a new connection will do, since one that lay in the pool has just turned out dead
     * @return its future fails with {@link NoLeaseException}; a connection that comes is to be given back
     */
    Waiter lease(boolean fresh) {
        Waiter waiter = new Waiter(fresh, this::abandoned);
        waiter.deadline(deadlines.create(() -> timedOut(waiter)));
        meters.waitBegan();
        if (closing) {
            waiters.refuse(waiter, WaitResult.STOPPING, NoLeaseException.Reason.CLOSED, "the gateway is stopping");
        } else if (!fresh && !idle.isEmpty()) {
            lend(idle.peekLast(), waiter);
        } else {
            queue(waiter);
        }
        return waiter;
    }

    /** Takes a connection back, whatever it was left in the middle of. */
    void giveBack(UpstreamConnection connection) {
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
    void discard(UpstreamConnection connection, String why) {
        if (!connection.lost()) {
            connection.drop(why);
        }
    }

    /** Takes a connection back that no other session may use: says goodbye to the upstream, if it still can. */
    void retire(UpstreamConnection connection) {
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
    void countRetry() {
        meters.retried();
    }

    /** What the upstream offered when last asked; null before that. */
    Capabilities capabilities() {
        return capabilities;
    }

    UpstreamSettings settings() {
        return settings;
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
        waiters.refuseAll(WaitResult.STOPPING, NoLeaseException.Reason.CLOSED, "the gateway is stopping");
        // Nobody waits for these any more, and they may take their time.
        new ArrayList<>(handshaking).forEach(connection -> discard(connection, "the gateway is stopping"));
        new ArrayList<>(idle).forEach(this::retire);
        closedIfLast();
        return closed.future().eventually(connector::close);
    }

    boolean closing() {
        return closing;
    }

    /** Closes what is still open. */
    void closeNow() {
        new ArrayList<>(open).forEach(connection -> connection.breakOff("the gateway is stopping"));
    }

    // Waiting

    private void queue(Waiter waiter) {
        waiters.add(waiter);
        waiter.waitFor(settings.pool().queueTimeout());
        connectWhereWanted();
        if (waiters.size() - connecting > settings.pool().queueLength() && waiters.leave(waiter)) {
            waiters.refuse(waiter, WaitResult.QUEUE_FULL, NoLeaseException.Reason.QUEUE_FULL, "the queue is full");
            connectWhereWanted();
        } else if (waiter.fresh() && !idle.isEmpty() && attemptsWanted() > 0) {
            // It would wait for a permit beside a connection that it must not have.
            retire(idle.peekFirst());
        }
    }

    private void timedOut(Waiter waiter) {
        if (waiters.leave(waiter)) {
            if (connecting > 0 || troubled) {
                waiters.refuse(
                        waiter, WaitResult.UNREACHABLE, NoLeaseException.Reason.UNREACHABLE, "no connection in time");
            } else {
                waiters.refuse(
                        waiter, WaitResult.TIMED_OUT, NoLeaseException.Reason.TIMED_OUT, "none came free in time");
            }
            connectWhereWanted();
        }
    }

    private void abandoned(Waiter waiter) {
        if (waiters.leave(waiter)) {
            waiters.refuse(waiter, WaitResult.ABANDONED, NoLeaseException.Reason.ABANDONED, "nobody waits any more");
            connectWhereWanted();
        }
    }

    private void lend(UpstreamConnection connection, Waiter waiter) {
        move(connection, ConnectionState.LEASED);
        meters.waitEnded(WaitResult.GRANTED, waiter.waited());
        waiter.over();
        waiter.grant(connection);
    }

    @Override
    public void permitGranted() {
        context.runOnContext(turn -> {
            if (!closing && attemptsWanted() > 0) {
                connect();
                connectWhereWanted();
            } else {
                permits.release();
            }
        });
    }

    @Override
    public void permitWanted() {
        context.runOnContext(turn -> {
            if (permits.needed(this)) {
                part();
            } else {
                partSoon();
            }
        });
    }

    /** Parts with an idle connection, if others wait for one. */
    private void part() {
        if (!idle.isEmpty() && permits.claimedByOthers(this)) {
            retire(idle.peekFirst());
            partSoon();
        }
    }

    private void partSoon() {
        if (!idle.isEmpty() && !parting.isSet() && permits.claimedByOthers(this)) {
            parting.in(STAY);
        }
    }

    @Override
    public int permitsHeld() {
        return held;
    }

    // Connections

    /** How many more attempts those who wait could use. */
    private int attemptsWanted() {
        if (!troubled) {
            return waiters.size() - connecting;
        }
        boolean others = !open.isEmpty() && settings.pooling() == Pooling.TRANSACTION;
        return others && pause.isSet() ? 0 : Math.min(1, waiters.size()) - connecting;
    }

    private void connectWhereWanted() {
        while (!closing && attemptsWanted() > 0 && permits.tryAcquire()) {
            connect();
        }
        if (!closing && attemptsWanted() > 0) {
            permits.claim(this);
        } else {
            permits.withdraw(this);
        }
    }

    private void connect() {
        connecting++;
        held++;
        meters.moved(null, ConnectionState.CONNECTING);
        connector.connect(this).onComplete((connection, failure) -> {
            connecting--;
            troubled = failure != null;
            if (failure == null) {
                open.add(connection);
                capabilities = connection.capabilities();
                settle(connection);
            } else {
                connectFailed(failure.getMessage());
            }
        });
    }

    /** Fails all who wait if nothing is left that could serve them; else one, if it needs a connection of its own. */
    private void connectFailed(String why) {
        meters.moved(ConnectionState.CONNECTING, null);
        releasePermit();
        if (open.isEmpty() && connecting == 0) {
            waiters.refuseAll(WaitResult.UNREACHABLE, NoLeaseException.Reason.UNREACHABLE, why);
        } else if (waiters.freshFirst() || !waiters.isEmpty() && settings.pooling() == Pooling.SESSION) {
            waiters.refuseFirst(WaitResult.UNREACHABLE, NoLeaseException.Reason.UNREACHABLE, why);
        }
        pause.in(PAUSE);
        connectWhereWanted();
        closedIfLast();
    }

    /** A connection has a socket; its handshake begins. */
    void connected(UpstreamConnection connection) {
        handshaking.add(connection);
        connection.ready().future().onComplete((ready, failure) -> handshaking.remove(connection));
        if (closing) {
            discard(connection, "the gateway is stopping");
        }
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
        boolean others = waiters.isEmpty() ? permits.needed(this) : connection.olderThan(STAY) && permits.owed(this);
        Waiter next = closing || others || connection.worn() ? null : waiters.takeFor(connection);
        if (next != null) {
            lend(connection, next);
        } else if (closing || others || connection.worn() || attemptsWanted() > 0) {
            // The last: those who wait need another connection, and this one has the permit for it.
            retire(connection);
        } else {
            move(connection, ConnectionState.IDLE);
            connection.idleFor(settings.pool().idleTimeout());
            partSoon();
        }
        connectWhereWanted();
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
            releasePermit();
            connectWhereWanted();
            closedIfLast();
        }
    }

    private void releasePermit() {
        held--;
        permits.release();
    }

    private void closedIfLast() {
        if (closing && open.isEmpty() && connecting == 0) {
            closed.tryComplete();
        }
    }
}
