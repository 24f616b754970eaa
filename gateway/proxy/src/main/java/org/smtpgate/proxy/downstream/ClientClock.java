package org.smtpgate.proxy.downstream;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.smtpgate.proxy.net.Deadlines;

/**
 * The time that a client may take for what it owes: its next command, message data, room for replies.
 *
 * <p>Data earns time by its octets and never more than the whole timeout: a client that sends one octet now and then
 * would else hold an upstream connection for as long as it likes. Time in which the gateway does not read is not the
 * client's. Confined to its event loop.
 */
final class ClientClock {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Deadlines.Deadline deadline;
    private final ListenerSettings.Timeouts timeouts;
    private final Duration longestWait;
    private Awaited awaited = Awaited.NOTHING;
    /** What is left for the message that is being read, in nanoseconds. */
    private long left;

    private long since;
    private long octetsBefore;

    /** What a client can owe. */
    enum Awaited {
        /** It is the gateway's turn, or the upstream's. */
        NOTHING,
        /** A command, from its first octet to its last. */
        COMMAND,
        CONTENT,
        /** It is the upstream's turn, to take content or to answer a chunk of it. */
        CONTENT_LATER,
        /** That it reads what it was told. */
        ROOM
    }

    /** @param longestWait what the upstream is silent for at the most, unless the gateway is at fault */
    ClientClock(Deadlines.Deadline deadline, ListenerSettings.Timeouts timeouts, Duration longestWait) {
        this.deadline = deadline;
        this.timeouts = timeouts;
        this.longestWait = longestWait;
    }

    /** Each of its replies has a time of its own, and there may be many of them before the client has what it waits for. */
    void upstreamReplied() {
        if (clientWaits()) {
            deadline.in(longestWait);
        }
    }

    /** Whether it is not the client who is late. */
    boolean clientWaits() {
        return awaited == Awaited.NOTHING || awaited == Awaited.CONTENT_LATER;
    }

    /**
     * Sets the deadline.
     *
     * @param next what the client owes from now on
     * @param octets received from it so far
     * @param progress whether anything was done since the last call
     */
    void await(Awaited next, long octets, boolean progress) {
        boolean changed = next != awaited;
        account(octets);
        awaited = next;
        switch (next) {
            case NOTHING, CONTENT_LATER -> in(longestWait, changed || progress);
            case COMMAND -> in(timeouts.idle(), changed || progress);
            case ROOM -> in(timeouts.content(), changed || progress);
            case CONTENT -> deadline.in(Duration.ofNanos(Math.max(0, left)));
        }
        if (next == Awaited.NOTHING || next == Awaited.COMMAND) {
            left = timeouts.content().toNanos();
        }
    }

    private void in(Duration most, boolean again) {
        if (again) {
            deadline.in(most);
        }
    }

    private void account(long octets) {
        long now = System.nanoTime();
        if (awaited == Awaited.CONTENT) {
            left = Math.min(timeouts.content().toNanos(), left - (now - since) + earned(octets - octetsBefore));
        }
        since = now;
        octetsBefore = octets;
    }

    private long earned(long octets) {
        if (octets == 0) {
            return 0;
        }
        long rate = timeouts.contentRate();
        return rate == 0 ? timeouts.content().toNanos() : octets * SECOND / rate;
    }
}
