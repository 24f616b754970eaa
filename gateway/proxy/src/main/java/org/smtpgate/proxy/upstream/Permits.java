package org.smtpgate.proxy.upstream;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The right to have a connection to one upstream, shared by the pools of all event loops: the one place where they
 * meet. A pool that finds no permit claims one, and is called when one has come free; the others are asked to part with
 * an idle connection, so that nobody waits beside one.
 *
 * <p>Safe for any thread.
 */
final class Permits {
    private final int total;
    private final AtomicInteger free;
    private final List<Claimant> claimants = new CopyOnWriteArrayList<>();
    private final Queue<Claimant> claims = new ConcurrentLinkedQueue<>();

    /** A pool, as its peers see it. Its methods may be called on any thread. */
    interface Claimant {
        /** A permit may be had now. */
        void permitFreed();

        /** Somebody waits: part with an idle connection, if one is not needed. */
        void permitWanted();
    }

    Permits(int total) {
        this.total = total;
        this.free = new AtomicInteger(total);
    }

    void join(Claimant claimant) {
        claimants.add(claimant);
    }

    boolean tryAcquire() {
        for (int now = free.get(); now > 0; now = free.get()) {
            if (free.compareAndSet(now, now - 1)) {
                return true;
            }
        }
        return false;
    }

    void release() {
        free.incrementAndGet();
        wakeNext();
    }

    /**
     * Asks for permits; the answer is one call of {@link Claimant#permitFreed()}. A claim that stands already is not
     * made twice. To be called on the claimant's own thread.
     */
    void claim(Claimant claimant) {
        if (claims.contains(claimant)) {
            return;
        }
        claims.add(claimant);
        for (Claimant other : claimants) {
            if (other != claimant) {
                other.permitWanted();
            }
        }
        if (free.get() > 0) {
            // It came free between the failed attempt and the claim.
            wakeNext();
        }
    }

    /** Takes a claim back, so that nobody parts with a connection for it. To be called on the claimant's own thread. */
    void withdraw(Claimant claimant) {
        claims.remove(claimant);
    }

    /** A permit is free, and the one called before has no need of it. */
    void wakeNext() {
        Claimant next = claims.poll();
        if (next != null) {
            next.permitFreed();
        }
    }

    /** Whether a pool other than this one waits for a permit. */
    boolean claimedByOthers(Claimant claimant) {
        for (Claimant other : claims) {
            if (other != claimant) {
                return true;
            }
        }
        return false;
    }

    /** What each pool may hold on to while others wait. */
    int fairShare() {
        return Math.max(1, total / Math.max(1, claimants.size()));
    }
}
