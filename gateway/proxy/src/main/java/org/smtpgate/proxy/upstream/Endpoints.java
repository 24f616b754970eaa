package org.smtpgate.proxy.upstream;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.proxy.dns.DnsException;
import org.smtpgate.proxy.dns.Literals;
import org.smtpgate.proxy.metrics.EndpointMeters;
import org.smtpgate.proxy.upstream.Member.Standing;
import org.smtpgate.proxy.upstream.Members.Found;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;
import org.smtpgate.proxy.upstream.UpstreamStatus.EndpointStatus;
import org.smtpgate.smtp.Capabilities;

/**
 * The addresses of one upstream, which of them are taken for alive, and which one the next connection is for. There is
 * one such object for all event loops.
 *
 * <p>Safe for any thread; its lock is held when a connection begins or ends, not for transactions.
 */
final class Endpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);

    private final UpstreamSettings settings;
    private final EndpointMeters meters;
    private final LongSupplier clock;
    private final DoubleSupplier random;
    private final BalancingPolicy policy;
    private final List<Runnable> eventLoops = new CopyOnWriteArrayList<>();
    private final Members members = new Members(this::member);
    /** Endpoints with a name of which nothing is known yet. */
    private final Set<Endpoint> pending = new HashSet<>();

    private final Promise<Void> resolved = Promise.promise();
    private long picks;
    private volatile boolean usable;
    private volatile Capabilities capabilities;

    /**
     * @param clock nanoseconds, as {@link System#nanoTime()}
     * @param random gives numbers from 0 up to 1
     */
    Endpoints(UpstreamSettings settings, EndpointMeters meters, LongSupplier clock, DoubleSupplier random) {
        this.settings = settings;
        this.meters = meters;
        this.clock = clock;
        this.random = random;
        this.policy = BalancingPolicy.of(settings.balancing(), random);
        settings.endpoints().forEach(endpoint -> {
            meters.add(endpoint.toString());
            pending.add(endpoint);
        });
        changed();
        settings.endpoints().stream().filter(Endpoint::isAddress).forEach(this::addAddress);
    }

    private void addAddress(Endpoint endpoint) {
        try {
            InetAddress address = endpoint.kind() == Endpoint.Kind.UNIX ? null : Literals.address(endpoint.host());
            update(endpoint, List.of(new Found(endpoint.host(), address, endpoint.port(), 0, 1)));
        } catch (DnsException e) {
            LOG.warn("upstream {}: cannot use {}: {}", settings.name(), endpoint, e.getMessage());
            unresolved(endpoint);
        }
    }

    /** Adds an event loop; it is told, on any thread, when another endpoint is live or none is any more. */
    void watch(Runnable changed) {
        eventLoops.add(changed);
    }

    // Which

    /**
     * Chooses where the next attempt goes to. It is to end in {@link #succeeded}, {@link #failed} or {@link #abandoned}.
     *
     * @param tried those that are out of the question
     * @return null when no other one is live
     */
    synchronized Member begin(String login, Collection<Member> tried) {
        List<Member> fit = members.best(tried);
        if (fit.isEmpty()) {
            return null;
        }
        long now = clock.getAsLong();
        List<Member> unsuspected =
                fit.stream().filter(member -> !member.health().suspected(now)).toList();
        Member chosen = policy.choose(unsuspected.isEmpty() ? fit : unsuspected, login);
        chosen.lastPick = ++picks;
        chosen.attemptBegun();
        return chosen;
    }

    /** Where connections for this login should go; null when none is live. Of use with a policy that goes by logins. */
    synchronized Member preferred(String login) {
        List<Member> fit = members.best(List.of());
        return fit.isEmpty() ? null : policy.choose(fit, login);
    }

    /** Completes, on any thread, when an endpoint is live, or all names have been asked for. */
    Future<Void> resolved() {
        return resolved.future();
    }

    /** Whether an attempt to connect has a chance. */
    boolean usable() {
        return usable;
    }

    synchronized int live() {
        return members.live().size();
    }

    synchronized boolean isLive(Member member) {
        return !member.removed() && member.health().live();
    }

    /** What all live ones offer of which that is known; while it is known of none, what it was last; null before that. */
    Capabilities capabilities() {
        return capabilities;
    }

    /** Why there is no endpoint to try. */
    synchronized NoLeaseException noneLeft() {
        return members.isEmpty()
                ? new NoLeaseException(NoLeaseException.Reason.UNRESOLVED, "no address of the upstream is known")
                : new NoLeaseException(NoLeaseException.Reason.UNREACHABLE, "no endpoint of the upstream is live");
    }

    // What became of it

    /** The attempt led to a connection; {@link #closed} follows. */
    void succeeded(Member member, Capabilities offered) {
        change(() -> {
            member.attemptSucceeded();
            return well(member, offered);
        });
    }

    /** It has lost a connection in a transaction: better to use others for a moment. */
    synchronized void avoid(Member member) {
        member.health().suspect(clock.getAsLong());
    }

    /** A connection is closed. */
    synchronized void closed(Member member) {
        member.connectionClosed();
    }

    /** The attempt was given up for reasons of the gateway's own. */
    synchronized void abandoned(Member member) {
        member.attemptFailed();
    }

    /**
     * The attempt failed.
     *
     * @param refused whether the server itself said no; one that has connections may have just too many of them
     */
    void failed(Member member, String why, boolean refused) {
        change(() -> {
            member.attemptFailed();
            return ill(member, why, refused);
        });
    }

    // Probes

    /**
     * Chooses whom to probe now. It is to end in {@link #probeSucceeded}, {@link #probeFailed} or {@link #putOffProbe}.
     *
     * @return null when nobody is due
     */
    synchronized Member beginProbe() {
        long now = clock.getAsLong();
        for (Member member : members) {
            boolean trial = member.health().trialDue(now) && !member.probes().underWay();
            if (trial || member.health().live() && member.probes().due(now)) {
                if (trial) {
                    member.health().trialBegun();
                }
                member.probes().begun();
                return member;
            }
        }
        return null;
    }

    /** The probe could not be made; it may be tried again after this time. */
    synchronized void putOffProbe(Member member, Duration delay) {
        long now = clock.getAsLong();
        member.probes().putOff(now + delay.toNanos());
        if (!member.health().live()) {
            member.health().trialPutOff(now, delay);
        }
    }

    void probeSucceeded(Member member, Capabilities offered) {
        change(() -> {
            member.probes().ended(clock.getAsLong());
            return well(member, offered);
        });
    }

    /** @param refused whether the server itself said no */
    void probeFailed(Member member, String why, boolean refused) {
        change(() -> {
            member.probes().ended(clock.getAsLong());
            return ill(member, why, refused);
        });
    }

    private boolean well(Member member, Capabilities offered) {
        boolean back = member.health().succeeded(clock.getAsLong()) && !member.removed();
        member.lastError(null);
        if (back) {
            LOG.info("upstream {}: {} is up again", settings.name(), member);
            meters.readmitted(member.configured().toString());
        }
        if (member.learn(offered) || back) {
            changed();
        }
        return back;
    }

    private boolean ill(Member member, String why, boolean refused) {
        long now = clock.getAsLong();
        boolean full = refused && member.established() > 0;
        member.lastError(why);
        if (full && member.health().live()) {
            member.health().suspect(now);
            return false;
        }
        boolean gone = member.health().failed(now) && !member.removed();
        if (gone) {
            changed();
            LOG.warn(
                    "upstream {}: {} is down, and left out for {} ms: {}",
                    settings.name(),
                    member,
                    member.health().pause().toMillis(),
                    why);
            meters.ejected(member.configured().toString());
        }
        return gone;
    }

    // Who there is

    synchronized List<EndpointStatus> status() {
        long now = clock.getAsLong();
        return members.status(now);
    }

    /** How many addresses of a configured endpoint are known. */
    synchronized int count(Endpoint configured) {
        return members.count(configured);
    }

    /** Nobody can tell where a configured endpoint leads to; what was known of it stays. */
    void unresolved(Endpoint configured) {
        change(() -> {
            boolean news = pending.remove(configured);
            changed();
            return news;
        });
    }

    /**
     * These are all addresses of a configured endpoint from now on. Connections to others end with their transaction.
     *
     * @return whether they are others than before
     */
    boolean update(Endpoint configured, List<Found> found) {
        return change(() -> {
            boolean news = members.update(configured, found) | pending.remove(configured);
            changed();
            return news;
        });
    }

    private Member member(Endpoint configured, Destination destination, Standing standing) {
        UpstreamSettings.Health health = settings.health();
        long now = clock.getAsLong();
        return new Member(
                configured,
                destination,
                standing,
                new EndpointHealth(health, random, now),
                new ProbePlan(health.probeInterval(), health.probeAtStart(), now));
    }

    /** Works out anew what is asked often. */
    private void changed() {
        List<Member> live = members.live();
        usable = !live.isEmpty() || !pending.isEmpty();
        members.forEach(member -> member.health().awaited(live.isEmpty()));
        List<Member> best = members.best(List.of());
        members.forEach(member -> member.wanted(
                best.isEmpty() || member.standing().compareTo(best.get(0).standing()) <= 0));
        List<Capabilities> known = live.stream()
                .map(Member::capabilities)
                .filter(offered -> offered != null)
                .toList();
        // What was known last is a better guess at a server that comes back, or elsewhere, than none.
        capabilities = known.isEmpty() ? capabilities : Capabilities.intersect(known);
        for (Endpoint endpoint : settings.endpoints()) {
            meters.addresses(endpoint.toString(), count(live, endpoint), members.count(endpoint));
        }
    }

    private static int count(List<Member> members, Endpoint configured) {
        return (int) members.stream()
                .filter(member -> member.configured().equals(configured))
                .count();
    }

    /** Changes something under the lock, and tells of it outside; {@code change} says whether it is news. */
    private boolean change(BooleanSupplier change) {
        boolean news;
        synchronized (this) {
            news = change.getAsBoolean();
        }
        if (news) {
            if (live() > 0 || !usable) {
                resolved.tryComplete();
            }
            eventLoops.forEach(Runnable::run);
        }
        return news;
    }
}
