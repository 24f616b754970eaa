package org.smtpgate.proxy.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.smtpgate.proxy.metrics.GatewayMetrics;
import org.smtpgate.proxy.net.Deadlines;

/** The upstreams by name, and for each event loop its pools. Made once; the pools are made on their event loops. */
public final class Upstreams {
    private final List<UpstreamSettings> settings;
    private final Map<String, Permits> permits = new HashMap<>();
    private final GatewayMetrics metrics;

    public Upstreams(List<UpstreamSettings> settings, GatewayMetrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
        for (UpstreamSettings upstream : settings) {
            permits.put(upstream.name(), new Permits(upstream.pool().maxConnections()));
            metrics.upstream(upstream.name()).connectionsLimit(upstream.pool().maxConnections());
        }
    }

    /** The pools of the event loop that this is called on. */
    public Pools onEventLoop(Vertx vertx, Deadlines deadlines) {
        Map<String, Upstream> pools = new HashMap<>();
        for (UpstreamSettings upstream : settings) {
            String name = upstream.name();
            pools.put(
                    name,
                    new Upstream(
                            vertx,
                            upstream,
                            upstream.identity()::key,
                            permits.get(name),
                            deadlines,
                            metrics.upstream(name)));
        }
        return new Pools(pools);
    }

    /** One event loop's pools; confined to it. */
    public static final class Pools {
        private final Map<String, Upstream> byName;

        private Pools(Map<String, Upstream> byName) {
            this.byName = byName;
        }

        public Upstream get(String upstream) {
            return byName.get(upstream);
        }

        /** Completes when all connections have been closed in order. */
        public Future<Void> close() {
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
