package org.smtpgate.proxy.upstream;

import java.time.Duration;
import java.util.TreeSet;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;
import org.smtpgate.proxy.upstream.UpstreamStatus.EndpointStatus;
import org.smtpgate.smtp.Capabilities;

/**
 * An address among those of an upstream, with all that is known of it. Guarded by the lock of its {@link Endpoints}, but
 * for what never changes.
 */
final class Member {
    private final Endpoint configured;
    private final Destination destination;
    /** The share of the next {@link BalancingPolicy#ROUND_ROBIN} turns that it has saved up. */
    double turns;
    /** Of all picks of its upstream, the number of the last that it was. */
    long lastPick;

    private final EndpointHealth health;
    private final ProbePlan probes;
    private Standing standing;
    /** Connections of all event loops, attempts included. */
    private int connections;
    /** Those of them that are through their handshake. */
    private int established;

    private Capabilities capabilities;
    private String lastError;
    private boolean removed;
    private volatile boolean wanted = true;

    /**
     * Its place among the others.
     *
     * @param tier the lower, the better
     * @param weight its share in its tier
     */
    record Standing(int priority, int tier, double weight) implements Comparable<Standing> {
        @Override
        public int compareTo(Standing other) {
            int byPriority = Integer.compare(priority, other.priority);
            return byPriority == 0 ? Integer.compare(tier, other.tier) : byPriority;
        }
    }

    /** @param configured what it was found by */
    Member(Endpoint configured, Destination destination, Standing standing, EndpointHealth health, ProbePlan probes) {
        this.configured = configured;
        this.destination = destination;
        this.standing = standing;
        this.health = health;
        this.probes = probes;
    }

    Endpoint configured() {
        return configured;
    }

    Destination destination() {
        return destination;
    }

    EndpointHealth health() {
        return health;
    }

    Standing standing() {
        return standing;
    }

    void standing(Standing changed) {
        standing = changed;
    }

    double weight() {
        return standing.weight();
    }

    int established() {
        return established;
    }

    /** How busy it would be with one more. */
    double load() {
        return (connections + 1) / weight();
    }

    void attemptBegun() {
        connections++;
    }

    void attemptFailed() {
        connections--;
    }

    void attemptSucceeded() {
        established++;
    }

    void connectionClosed() {
        connections--;
        established--;
    }

    ProbePlan probes() {
        return probes;
    }

    /** What it offered when last asked; null before that. */
    Capabilities capabilities() {
        return capabilities;
    }

    /** @return whether that is news */
    boolean learn(Capabilities offered) {
        boolean news = !offered.equals(capabilities);
        capabilities = offered;
        return news;
    }

    void lastError(String error) {
        lastError = error;
    }

    /**
     * Whether connections to it may be lent: its name still leads to it, and it is no backup of one that is live. May be
     * asked without the lock.
     */
    boolean wanted() {
        return wanted;
    }

    void wanted(boolean now) {
        wanted = now;
    }

    /** Whether its name does not lead to it any more. */
    boolean removed() {
        return removed;
    }

    void remove() {
        removed = true;
        wanted = false;
    }

    EndpointStatus status(long now) {
        return new EndpointStatus(
                destination.toString(),
                configured.toString(),
                standing.priority(),
                health.live(),
                Duration.ofNanos(now - health.since()),
                lastError,
                connections,
                capabilities == null
                        ? null
                        : new TreeSet<>(capabilities.keywords().keySet()));
    }

    @Override
    public String toString() {
        return destination.toString();
    }
}
