package org.smtpgate.proxy.relay;

import java.time.Duration;
import java.util.function.Supplier;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.upstream.Upstream;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Extension;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.TraceHeader;

/** Where one event loop's share of a listener sends its transactions. Confined to its event loop. */
public final class Route {
    private final Upstream upstream;
    private final Deadlines deadlines;

    public Route(Upstream upstream, Deadlines deadlines) {
        this.upstream = upstream;
        this.deadlines = deadlines;
    }

    /**
     * The upstream side of a session that begins.
     *
     * @param principal who the client is, as far as is known when it is asked
     * @param traceHeader of a message that comes when it is asked
     */
    public Relay relay(
            Replies replies, RelayEvents events, Supplier<Principal> principal, Supplier<TraceHeader> traceHeader) {
        return new Relay(upstream, deadlines, replies, events, principal, traceHeader);
    }

    /** What its upstream is known to take now. */
    public Capabilities capabilities() {
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

    /** What no answer takes longer than, all of the upstream's own timeouts together. */
    public Duration longestWait() {
        UpstreamSettings settings = upstream.settings();
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
