package org.smtpgate.proxy.upstream;

import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.metrics.ConnectionState;
import org.smtpgate.proxy.metrics.UpstreamMeters;
import org.smtpgate.proxy.metrics.WaitResult;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.net.Failures;
import org.smtpgate.proxy.upstream.NoLeaseException.Reason;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.smtp.sender.Loss;

/**
 * The connections to one upstream that belong to one event loop and may serve each other's principals.
 *
 * <p>They are kept in a {@link Stock}. Each holds one of the {@link Permits} that all pools share, from before it is
 * opened until its socket is closed.
 *
 * <p>Who asks for a lease gets an idle connection, the one used last first, so that the others may age and go; or waits
 * in line, for a bounded time in a bounded line. For those who wait new connections are made while there are permits,
 * but they are bound to none: whatever comes first, a connection given back or a new one, serves who came first. So
 * nobody waits for a server that hangs while another connection lies idle, and a server that takes fewer connections
 * than it was thought to serves all the same.
 */
final class UpstreamPool {
    private final Upstream upstream;
    private final Upstream.Key key;
    private final UpstreamSettings settings;
    private final Allotment permits;
    private final UpstreamMeters meters;
    private final Stock stock;
    private final WaitingLine waiters;
    private final Attempts attempts;
    private final OneByOne<Throwable> failing = new OneByOne<>(this::connectFailed);
    /** While some wait for their next use, who asks gets in line for one: whose loan has just begun has left room there. */
    private final OneByOne<UpstreamConnection> settling = new OneByOne<>(this::settle);

    UpstreamPool(Upstream upstream, Upstream.Key key) {
        this.upstream = upstream;
        this.key = key;
        this.settings = upstream.settings();
        this.permits = new Allotment(upstream.permits(), upstream.context(), this::permitGranted);
        this.meters = upstream.meters();
        this.stock = new Stock(meters, some -> upstream.rests(this, some));
        this.waiters = new WaitingLine(meters, upstream.load());
        this.attempts = new Attempts(upstream.deadlines(), this::connectWhereWanted);
    }

    /** Lends a connection: see {@link Upstream#lease}. */
    Waiter lease(Principal principal, boolean fresh) {
        Waiter waiter = new Waiter(
                principal,
                fresh,
                one -> turnAway(one, new NoLeaseException(Reason.ABANDONED, "nobody waits any more")));
        waiter.deadline(deadlines().create(() -> turnAway(waiter, tooLate())));
        meters.waitBegan();
        NoLeaseException obstacle = obstacle();
        UpstreamConnection ready = obstacle == null && !fresh ? stock.aliveIdle() : null;
        if (obstacle != null) {
            waiters.refuse(waiter, obstacle);
            goneIfEmpty();
        } else if (ready != null) {
            lend(ready, waiter);
        } else {
            queue(waiter);
        }
        return waiter;
    }

    /** Why who asks now can neither be served nor wait; null when that is not so. */
    private NoLeaseException obstacle() {
        if (closing()) {
            return new NoLeaseException(Reason.CLOSED, "the gateway is stopping");
        }
        return switch (upstream.control().mode()) {
            case ACTIVE ->
                nothingLeft() && !upstream.endpoints().usable()
                        ? upstream.endpoints().noneLeft()
                        : null;
            case PAUSED -> null;
            case DRAINING -> new NoLeaseException(Reason.OUT_OF_SERVICE, "the upstream is being drained");
        };
    }

    /** Takes a connection back, whatever it was left in the middle of. */
    void giveBack(UpstreamConnection connection) {
        if (connection.lost()) {
            return;
        }
        if (connection.reusable()) {
            settling.add(connection);
        } else if (connection.resettable()) {
            stock.move(connection, ConnectionState.RESETTING);
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
            stock.move(connection, ConnectionState.CLOSING);
            connection.quit();
        } else {
            connection.drop("its session ended in the middle of a transaction");
        }
    }

    Upstream.Key key() {
        return key;
    }

    UpstreamSettings settings() {
        return settings;
    }

    UpstreamMeters meters() {
        return meters;
    }

    Deadlines deadlines() {
        return upstream.deadlines();
    }

    boolean closing() {
        return upstream.closing();
    }

    // Ending

    /** Lends no more, and says goodbye on idle connections; those on loan end when they are given back. */
    void close() {
        waiters.refuseAll(obstacle());
        // Nobody waits for these any more, and they may take their time.
        stock.handshaking().forEach(connection -> discard(connection, "the gateway is stopping"));
        stock.idle().forEach(this::retire);
        goneIfEmpty();
    }

    /** Closes what is still open. */
    void closeNow() {
        stock.open().forEach(connection -> connection.breakOff("the gateway is stopping"));
    }

    /** Whether it has no connection, and makes none. */
    boolean isQuiet() {
        return permits.permitsHeld() == 0 && stock.isEmpty();
    }

    private void goneIfEmpty() {
        upstream.quietIfIdle();
        if (isQuiet() && waiters.isEmpty()) {
            upstream.emptied(this);
        }
    }

    /** The event loop has no such pool any more. */
    void gone() {
        attempts.stop();
        permits.leave();
    }

    // Waiting

    private void queue(Waiter waiter) {
        waiters.add(waiter);
        waiter.waitFor(settings.pool().queueTimeout());
        if (settling.someWait()) {
            return;
        }
        connectWherePermitted();
        if (upstream.load().tooLong()) {
            turnAway(waiter, new NoLeaseException(Reason.QUEUE_FULL, "the queue is full"));
            return;
        }
        if (waiter.fresh() && stock.hasIdle() && permitWanted()) {
            // It would wait for a permit beside a connection that it must not have.
            permits.promise();
            retireOldest();
        }
        connectWhereWanted();
    }

    /** Unless it is served already. */
    private void turnAway(Waiter waiter, NoLeaseException why) {
        if (waiters.leave(waiter)) {
            waiters.refuse(waiter, why);
            connectWhereWanted();
            goneIfEmpty();
        }
    }

    private NoLeaseException tooLate() {
        if (!upstream.control().active()) {
            return new NoLeaseException(Reason.OUT_OF_SERVICE, "the upstream is paused");
        }
        return attempts.underWay() > 0 || attempts.troubled()
                ? new NoLeaseException(Reason.UNREACHABLE, "no connection in time")
                : new NoLeaseException(Reason.TIMED_OUT, "none came free in time");
    }

    private void lend(UpstreamConnection connection, Waiter waiter) {
        stock.move(connection, ConnectionState.LEASED);
        meters.waitEnded(WaitResult.GRANTED, waiter.waited());
        waiter.over();
        waiter.grant(connection);
    }

    // Permits

    private void permitGranted() {
        if (attemptsWanted() > 0) {
            connect();
            connectWhereWanted();
        } else {
            permits.release();
            goneIfEmpty();
        }
    }

    /** Whether it lacks a permit that is not on its way. */
    private boolean permitWanted() {
        return attemptsWanted() > permits.due();
    }

    Allotment permits() {
        return permits;
    }

    /** Parts with its oldest idle connection. */
    void retireOldest() {
        retire(stock.oldestIdle());
    }

    // Connecting

    /** How many more attempts those who wait could use. */
    private int attemptsWanted() {
        if (closing() || !upstream.control().active()) {
            return 0;
        }
        return attempts.wanted(waiters.size(), !stock.isEmpty() && settings.pooling() == Pooling.TRANSACTION);
    }

    private void connectWhereWanted() {
        if (!settling.someWait()) {
            connectWherePermitted();
            permits.claim(permitWanted());
        }
    }

    private void connectWherePermitted() {
        while (permitWanted() && permits.tryAcquire()) {
            connect();
        }
    }

    /** Makes connections for nobody in particular until so many are idle, as far as that is at nobody's cost. */
    void keepIdle(int least) {
        int lacking = least - stock.idleCount() - attempts.underWay();
        boolean fit = !closing()
                && upstream.control().active()
                && upstream.endpoints().usable();
        while (fit && lacking-- > 0 && attempts.calm() && permits.tryAcquire()) {
            connect();
        }
    }

    /** With a permit that is held. */
    private void connect() {
        attempts.begun();
        upstream.load().connecting(1);
        meters.moved(null, ConnectionState.CONNECTING);
        upstream.connector().connect(this, waiters.firstPrincipal()).onComplete((connection, failure) -> {
            upstream.load().connecting(-1);
            if (failure == null) {
                attempts.succeeded();
                stock.add(connection);
                settling.add(connection);
            } else {
                failing.add(failure);
            }
        });
    }

    /**
     * Fails all who wait if nothing is left that could serve them, or if the login is refused that they have in common;
     * else one, if it needs a connection of its own.
     */
    private void connectFailed(Throwable failure) {
        attempts.failed();
        meters.moved(ConnectionState.CONNECTING, null);
        permits.release();
        NoLeaseException why = failure instanceof NoLeaseException known
                ? known
                : new NoLeaseException(Reason.UNREACHABLE, Failures.reason(failure));
        boolean active = upstream.control().active();
        if (why.isOfLogin() || active && nothingLeft()) {
            waiters.refuseAll(why);
        } else if (active && (waiters.freshFirst() || settings.pooling() == Pooling.SESSION && !waiters.isEmpty())) {
            waiters.refuseFirst(why);
        }
        connectWhereWanted();
        goneIfEmpty();
    }

    private boolean nothingLeft() {
        return stock.isEmpty() && attempts.underWay() == 0;
    }

    /** Endpoints have come, gone, died or come back, or an operator wants something else. */
    void endpointsChanged() {
        stock.idle().stream().filter(this::unwanted).forEach(this::retire);
        NoLeaseException obstacle = obstacle();
        if (obstacle != null) {
            waiters.refuseAll(obstacle);
        }
        connectWhereWanted();
        goneIfEmpty();
    }

    /** Whether it should not be lent again, although it could. */
    private boolean unwanted(UpstreamConnection connection) {
        return closing() || connection.worn() || upstream.outdated(connection);
    }

    /** A connection has a socket; its handshake begins. */
    void connected(UpstreamConnection connection) {
        stock.handshakeBegun(connection);
        if (closing()) {
            discard(connection, "the gateway is stopping");
        }
    }

    // Connections

    /** Finds the next use for a connection that could take a transaction at once. */
    private void settle(UpstreamConnection connection) {
        if (connection.lost()) {
            return;
        }
        boolean unwanted = unwanted(connection);
        // A new one serves who waits, wherever it leads to: there was nothing better when it was made.
        boolean done = closing() || !upstream.control().active() || unwanted && !connection.fresh();
        boolean promised =
                waiters.isEmpty() ? permits.promiseIfNeeded() : Upstream.stayed(connection) && permits.promiseIfOwed();
        Waiter next = done || promised ? null : waiters.takeFor(connection);
        if (next != null) {
            lend(connection, next);
        } else if (promised || unwanted) {
            retire(connection);
        } else if (permitWanted()) {
            // Those who wait need another connection, and this one has the permit for it.
            permits.promise();
            retire(connection);
        } else {
            stock.move(connection, ConnectionState.IDLE);
            connection.idleFor(settings.pool().idleTimeout());
            upstream.partSoon();
        }
        connectWhereWanted();
    }

    void resetDone(UpstreamConnection connection) {
        if (connection.reusable()) {
            settling.add(connection);
        } else {
            connection.drop("RSET was refused");
        }
    }

    /** A connection is of no more use; its socket is about to be closed. */
    void lost(UpstreamConnection connection, Loss loss) {
        if (stock.contains(connection)) {
            meters.closed(Closures.by(loss), Closures.how(loss), connection.state());
            stock.move(connection, ConnectionState.CLOSING);
        }
    }

    /** A connection's socket is closed: the upstream has room for another one. */
    void closed(UpstreamConnection connection) {
        if (stock.remove(connection)) {
            upstream.endpoints().closed(connection.member());
            permits.release();
            connectWhereWanted();
            goneIfEmpty();
        }
    }
}
