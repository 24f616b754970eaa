package org.smtpgate.proxy.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.smtpgate.proxy.dns.DnsSettings;
import org.smtpgate.proxy.metrics.GatewayMetrics;
import org.smtpgate.proxy.net.Deadlines;

/** The upstreams by name, and for each event loop its pools. Made once; the pools are made on their event loops. */
public final class Upstreams {
    private final List<UpstreamSettings> settings;
    private final DnsSettings dns;
    private final Map<String, Permits> permits = new HashMap<>();
    private final Map<String, Endpoints> endpoints = new HashMap<>();
    private final GatewayMetrics metrics;
    /** Whether an event loop looks after the endpoints. */
    private final AtomicBoolean watched = new AtomicBoolean();

    public Upstreams(List<UpstreamSettings> settings, DnsSettings dns, GatewayMetrics metrics) {
        this.settings = settings;
        this.dns = dns;
        this.metrics = metrics;
        for (UpstreamSettings upstream : settings) {
            permits.put(upstream.name(), new Permits(upstream.pool().maxConnections()));
            endpoints.put(upstream.name(), endpoints(upstream));
            metrics.upstream(upstream.name()).connectionsLimit(upstream.pool().maxConnections());
        }
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
                    upstream::key,
                    endpoints.get(name),
                    permits.get(name),
                    deadlines,
                    metrics.upstream(name));
            pools.put(name, share);
        }
        boolean first = watched.compareAndSet(false, true);
        return new Pools(pools, first ? new EndpointWatch(vertx, dns, pools.values()) : null);
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
