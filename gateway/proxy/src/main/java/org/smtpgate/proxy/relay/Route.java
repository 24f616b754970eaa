package org.smtpgate.proxy.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.routing.RouteChoice;
import org.smtpgate.proxy.routing.Router;
import org.smtpgate.proxy.upstream.Upstream;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.smtp.Address;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Extension;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.TraceHeader;

/** Where one event loop's share of a listener sends its transactions. Confined to its event loop. */
public final class Route {
    private final Router router;
    private final Map<String, Upstream> upstreams = new HashMap<>();
    private final Deadlines deadlines;
    private final Duration longestWait;

    /** @param upstreams those of this event loop, by name */
    public Route(Router router, Function<String, Upstream> upstreams, Deadlines deadlines) {
        this.router = router;
        this.deadlines = deadlines;
        router.reachable().forEach(name -> this.upstreams.put(name, upstreams.apply(name)));
        this.longestWait = this.upstreams.values().stream()
                .map(upstream -> longestWait(upstream.settings()))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /**
     * The upstream side of a session that begins.
     *
     * @param principal who the client is, as far as is known when it is asked
     * @param traceHeader of a message that comes when it is asked
     */
    public Relay relay(
            Replies replies, RelayEvents events, Supplier<Principal> principal, Supplier<TraceHeader> traceHeader) {
        return new Relay(this, replies, events, principal, traceHeader);
    }

    RouteChoice choose(Principal principal, Address sender) {
        return router.choose(principal, sender);
    }

    Tenancy tenancy(
            String upstream, RelayEvents events, Supplier<Principal> principal, Supplier<TraceHeader> traceHeader) {
        return new Tenancy(upstreams.get(upstream), deadlines, events, principal, traceHeader);
    }

    /** The names of all upstreams that it may lead to. */
    public Set<String> upstreams() {
        return upstreams.keySet();
    }

    /** Whether some upstream is logged in at with what the client itself logged in with. */
    public boolean needsCredentials() {
        return upstreams.values().stream()
                .anyMatch(upstream -> upstream.settings().identity().needsCredentials());
    }

    /** The one that can judge a login: it gets every client's mail, and is logged in at with the client's own credentials. */
    Optional<String> judge() {
        return upstreams.size() == 1 && needsCredentials()
                ? upstreams.keySet().stream().findFirst()
                : Optional.empty();
    }

    /** Whether a transaction may end before it is known which of them it leads to. */
    public boolean dependsOnRecipients() {
        return router.dependsOnRecipients();
    }

    /** What every upstream that this client's transactions may go to is known to take now. */
    public Capabilities capabilities(Principal principal) {
        boolean loggedIn = principal.peer().login() != null;
        Set<String> reachable = loggedIn ? router.reachable(principal) : router.reachable();
        List<Capabilities> taken = new ArrayList<>(reachable.size());
        for (String name : reachable) {
            taken.add(taken(upstreams.get(name)));
        }
        return Capabilities.intersect(taken);
    }

    private static Capabilities taken(Upstream upstream) {
        Capabilities known = upstream.capabilities();
        Capabilities taken = known == null ? Capabilities.ASSUMED : known;
        // RFC 8689 section 4.2.1: the next hop must be who it says it is.
        Capabilities kept = upstream.settings().verifiesTls() ? taken : taken.without(Extension.REQUIRE_TLS);
        boolean less = kept.size() > 0 && upstream.settings().trace() != UpstreamSettings.Trace.NONE;
        return less ? kept.with(Extension.SIZE, sizeBehindHeader(kept.size())) : kept;
    }

    /** For the upstream the trace header is a part of the message. */
    private static String sizeBehindHeader(long size) {
        return String.valueOf(Math.max(1, size - TraceHeader.OCTETS_MAX));
    }

    /** What no upstream is silent for longer, all timeouts of the slowest one together. */
    public Duration longestWait() {
        return longestWait;
    }

    private static Duration longestWait(UpstreamSettings settings) {
        UpstreamSettings.Timeouts timeouts = settings.timeouts();
        return settings.pool()
                .queueTimeout()
                .plus(timeouts.command())
                .plus(timeouts.data())
                .multipliedBy(Failover.leasesMost(settings))
                .plus(timeouts.content())
                .plus(timeouts.endOfData());
    }
}
