package org.smtpgate.proxy.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.smtpgate.proxy.dns.DnsSettings;
import org.smtpgate.proxy.metrics.ConnectionState;
import org.smtpgate.proxy.metrics.GatewayMetrics;
import org.smtpgate.proxy.metrics.UpstreamMeters;
import org.smtpgate.proxy.net.Deadlines;

/** The upstreams by name, and for each event loop its pools. Made once; the pools are made on their event loops. */
public final class Upstreams {
    private final List<UpstreamSettings> settings;
    private final DnsSettings dns;
    private final Map<String, AccessTokens> tokens;
    private final Map<String, Permits> permits = new HashMap<>();
    private final Map<String, Endpoints> endpoints = new HashMap<>();
    private final Map<String, UpstreamControl> controls = new LinkedHashMap<>();
    private final GatewayMetrics metrics;
    private final int eventLoops;
    /** How many event loops have their pools. */
    private final AtomicInteger served = new AtomicInteger();

    /**
     * @param tokens the sources of access tokens that upstreams name
     * @param eventLoops how many will call {@link #onEventLoop}
     */
    public Upstreams(
            List<UpstreamSettings> settings,
            DnsSettings dns,
            Map<String, AccessTokens> tokens,
            int eventLoops,
            GatewayMetrics metrics) {
        this.eventLoops = eventLoops;
        this.settings = settings;
        this.dns = dns;
        this.tokens = Map.copyOf(tokens);
        this.metrics = metrics;
        for (UpstreamSettings upstream : settings) {
            permits.put(upstream.name(), new Permits(upstream.pool().maxConnections()));
            endpoints.put(upstream.name(), endpoints(upstream));
            controls.put(upstream.name(), new UpstreamControl(upstream.name(), metrics.upstream(upstream.name())));
            metrics.upstream(upstream.name()).connectionsLimit(upstream.pool().maxConnections());
        }
    }

    /** What an operator can do with an upstream; empty when there is none of that name. */
    public Optional<UpstreamControl> control(String upstream) {
        return Optional.ofNullable(controls.get(upstream));
    }

    /** What they are like now. May be asked on any thread. */
    public List<UpstreamStatus> status() {
        return settings.stream().map(this::status).toList();
    }

    private UpstreamStatus status(UpstreamSettings upstream) {
        UpstreamMeters meters = metrics.upstream(upstream.name());
        Map<ConnectionState, Long> connections = new EnumMap<>(ConnectionState.class);
        for (ConnectionState state : ConnectionState.values()) {
            connections.put(state, meters.connections(state));
        }
        return new UpstreamStatus(
                upstream.name(),
                controls.get(upstream.name()).mode(),
                upstream.pool().maxConnections(),
                connections,
                meters.queued(),
                endpoints.get(upstream.name()).status());
    }

    private Endpoints endpoints(UpstreamSettings upstream) {
        return new Endpoints(
                upstream,
                metrics.upstream(upstream.name()).endpoints(),
                System::nanoTime,
                () -> ThreadLocalRandom.current().nextDouble());
    }

    /** The pools of the event loop that this is called on. The first one looks after the endpoints for all. */
    public Pools onEventLoop(Vertx vertx, Deadlines deadlines) {
        Map<String, Upstream> pools = new HashMap<>();
        for (UpstreamSettings upstream : settings) {
            String name = upstream.name();
            Upstream share = new Upstream(
                    vertx,
                    upstream,
                    tokens,
                    upstream::key,
                    endpoints.get(name),
                    controls.get(name),
                    permits.get(name),
                    deadlines,
                    metrics.upstream(name));
            pools.put(name, share);
        }
        int number = served.getAndIncrement();
        pools.values().forEach(share -> keepIdle(share, number));
        return new Pools(pools, number == 0 ? new EndpointWatch(vertx, dns, pools.values()) : null);
    }

    /** Each event loop has its part of those that are to be idle. */
    private void keepIdle(Upstream share, int number) {
        int all = share.settings().pool().minIdle();
        int part = all / eventLoops + (number < all % eventLoops ? 1 : 0);
        if (part > 0 && share.settings().sharesConnections()) {
            share.keepIdle(part);
        }
    }

    /** One event loop's pools; confined to it. */
    public static final class Pools {
        private final Map<String, Upstream> byName;
        /** Null for all but one. */
        private final EndpointWatch watch;

        private Pools(Map<String, Upstream> byName, EndpointWatch watch) {
            this.byName = byName;
            this.watch = watch;
        }

        public Upstream get(String upstream) {
            return byName.get(upstream);
        }

        /** Completes when all connections have been closed in order. */
        public Future<Void> close() {
            if (watch != null) {
                watch.stop();
            }
            List<Future<Void>> all = new ArrayList<>();
            byName.values().forEach(upstream -> all.add(upstream.close()));
            return Future.all(all).mapEmpty();
        }

        /** Closes what is still open. */
        public void closeNow() {
            byName.values().forEach(Upstream::closeNow);
        }
    }
}
