package org.smtpgate.proxy.upstream;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.proxy.metrics.EndpointMeters;
import org.smtpgate.proxy.upstream.Member.Standing;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;
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
    private final List<Member> members = new ArrayList<>();
    private long picks;
    private volatile boolean usable;
    private volatile Capabilities capabilities;

    /**
     * An address that an endpoint of the configuration led to.
     *
     * @param tier among those of that endpoint: the lower, the better
     * @param weight among those of that endpoint
     */
    record Found(String host, InetAddress address, int port, int tier, double weight) {}

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
        settings.endpoints().forEach(endpoint -> meters.add(endpoint.toString()));
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
        List<Member> fit = bestTier(tried);
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
        List<Member> fit = bestTier(List.of());
        return fit.isEmpty() ? null : policy.choose(fit, login);
    }

    private List<Member> bestTier(Collection<Member> except) {
        List<Member> best = new ArrayList<>();
        for (Member member : members) {
            if (member.health().live() && !except.contains(member)) {
                int order = best.isEmpty()
                        ? 0
                        : member.standing().compareTo(best.get(0).standing());
                if (order < 0) {
                    best.clear();
                }
                if (order <= 0) {
                    best.add(member);
                }
            }
        }
        return best;
    }

    /** Whether an attempt to connect has a chance. */
    boolean usable() {
        return usable;
    }

    synchronized int live() {
        return (int) members.stream().filter(member -> member.health().live()).count();
    }

    synchronized boolean isLive(Member member) {
        return !member.removed() && member.health().live();
    }

    /** What all live ones offer of which that is known; null while it is known of none. */
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
        boolean news;
        synchronized (this) {
            member.attemptSucceeded();
            news = well(member, offered);
        }
        tell(news);
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
        boolean news;
        synchronized (this) {
            member.attemptFailed();
            news = ill(member, why, refused && member.established() > 0);
        }
        tell(news);
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
        boolean news;
        synchronized (this) {
            member.probes().ended(clock.getAsLong());
            news = well(member, offered);
        }
        tell(news);
    }

    /** @param refused whether the server itself said no */
    void probeFailed(Member member, String why, boolean refused) {
        boolean news;
        synchronized (this) {
            member.probes().ended(clock.getAsLong());
            news = ill(member, why, refused && member.established() > 0);
        }
        tell(news);
    }

    private boolean well(Member member, Capabilities offered) {
        boolean back = member.health().succeeded(clock.getAsLong()) && !member.removed();
        member.lastError(null);
        if (back) {
            LOG.info("upstream {}: {} is up again", settings.name(), member);
            meters.readmitted(member.configured().toString());
        }
        if (member.offers(offered) || back) {
            changed();
        }
        return back;
    }

    private boolean ill(Member member, String why, boolean full) {
        long now = clock.getAsLong();
        member.lastError(why);
        if (full && member.health().live()) {
            member.health().suspect(now);
            return false;
        }
        boolean gone = member.health().failed(now) && !member.removed();
        if (gone) {
            LOG.warn(
                    "upstream {}: {} is down, and left out for {} ms: {}",
                    settings.name(),
                    member,
                    member.health().pause().toMillis(),
                    why);
            meters.ejected(member.configured().toString());
            changed();
        }
        return gone;
    }

    // Who there is

    /** These are all addresses of a configured endpoint from now on. Connections to others end with their transaction. */
    void update(Endpoint configured, List<Found> found) {
        synchronized (this) {
            long now = clock.getAsLong();
            List<Member> before = new ArrayList<>(members);
            before.removeIf(member -> !member.configured().equals(configured));
            for (Found address : found) {
                Destination destination = new Destination(address.host(), address.address(), address.port());
                Standing standing =
                        new Standing(configured.priority(), address.tier(), configured.weight() * address.weight());
                before.stream()
                        .filter(member -> member.destination().equals(destination))
                        .findFirst()
                        .ifPresentOrElse(
                                member -> {
                                    before.remove(member);
                                    member.standing(standing);
                                },
                                () -> members.add(new Member(
                                        configured,
                                        destination,
                                        standing,
                                        new EndpointHealth(settings.health(), random, now),
                                        new ProbePlan(
                                                settings.health().probeInterval(),
                                                settings.health().probeAtStart(),
                                                now))));
            }
            before.forEach(Member::remove);
            members.removeAll(before);
            changed();
        }
        tell(true);
    }

    /** Works out anew what is asked often. */
    private void changed() {
        List<Member> live =
                members.stream().filter(member -> member.health().live()).toList();
        usable = !live.isEmpty();
        List<Member> best = bestTier(List.of());
        members.forEach(member -> member.wanted(
                best.isEmpty() || member.standing().compareTo(best.get(0).standing()) <= 0));
        List<Capabilities> known = live.stream()
                .map(Member::capabilities)
                .filter(offered -> offered != null)
                .toList();
        capabilities = known.isEmpty() ? null : Capabilities.intersect(known);
        for (Endpoint endpoint : settings.endpoints()) {
            meters.addresses(endpoint.toString(), count(live, endpoint), count(members, endpoint));
        }
    }

    private static int count(List<Member> members, Endpoint configured) {
        return (int) members.stream()
                .filter(member -> member.configured().equals(configured))
                .count();
    }

    private void tell(boolean news) {
        if (news) {
            eventLoops.forEach(Runnable::run);
        }
    }
}
