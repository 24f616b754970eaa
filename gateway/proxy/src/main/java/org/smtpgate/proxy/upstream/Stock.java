package org.smtpgate.proxy.upstream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.smtpgate.proxy.metrics.ConnectionState;
import org.smtpgate.proxy.metrics.UpstreamMeters;

/**
 * The connections of one pool by where they are kept, which their state names, and {@link #move} is the only mover:
 * CONNECTING and RESETTING are busy by themselves, IDLE lies in the list of that name, LEASED is with a lessee, CLOSING
 * has said QUIT. Confined to its event loop.
 */
final class Stock {
    private final UpstreamMeters meters;
    private final Consumer<Boolean> rests;
    /** Those with a socket, but not yet through their handshake. */
    private final Set<UpstreamConnection> handshaking = new HashSet<>();

    private final Set<UpstreamConnection> open = new HashSet<>();
    /** The one used last is the last. */
    private final Deque<UpstreamConnection> idle = new ArrayDeque<>();

    /** @param rests is told, when that may have changed, whether there are idle ones */
    Stock(UpstreamMeters meters, Consumer<Boolean> rests) {
        this.meters = meters;
        this.rests = rests;
    }

    /** A connection has a socket. */
    void handshakeBegun(UpstreamConnection connection) {
        handshaking.add(connection);
        connection.whenReady().onComplete((ready, failure) -> handshaking.remove(connection));
    }

    List<UpstreamConnection> handshaking() {
        return new ArrayList<>(handshaking);
    }

    /** A connection is ready for its first use. */
    void add(UpstreamConnection connection) {
        open.add(connection);
    }

    /** Its socket is closed. False if it never was ready. */
    boolean remove(UpstreamConnection connection) {
        boolean was = open.remove(connection);
        if (was) {
            meters.moved(ConnectionState.CLOSING, null);
        }
        return was;
    }

    boolean contains(UpstreamConnection connection) {
        return open.contains(connection);
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    List<UpstreamConnection> open() {
        return new ArrayList<>(open);
    }

    boolean hasIdle() {
        return !idle.isEmpty();
    }

    int idleCount() {
        return idle.size();
    }

    List<UpstreamConnection> idle() {
        return new ArrayList<>(idle);
    }

    UpstreamConnection oldestIdle() {
        return idle.peekFirst();
    }

    /** The idle connection that was used last, of those that are still alive; null when there is none. */
    UpstreamConnection aliveIdle() {
        while (!idle.isEmpty()) {
            UpstreamConnection last = idle.peekLast();
            last.look();
            if (last.reusable()) {
                return last;
            }
            if (!last.lost()) {
                last.drop("it began to say what nobody asked for");
            }
        }
        return null;
    }

    void move(UpstreamConnection connection, ConnectionState next) {
        ConnectionState before = connection.state();
        if (before == ConnectionState.IDLE) {
            // Most often the last, as that is lent first.
            idle.removeLastOccurrence(connection);
        }
        if (next == ConnectionState.IDLE) {
            idle.addLast(connection);
        }
        if (before == ConnectionState.IDLE || next == ConnectionState.IDLE) {
            rests.accept(hasIdle());
        }
        meters.moved(before, next);
        connection.state(next);
    }
}
