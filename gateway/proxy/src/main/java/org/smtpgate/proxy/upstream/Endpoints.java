package org.smtpgate.proxy.upstream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;

/**
 * The addresses of one upstream in the order in which to try them: as configured, but those that have just failed come
 * last, so that a dead first one does not cost every transaction its timeout.
 *
 * <p>Confined to one event loop.
 */
final class Endpoints {
    private static final Duration AVOIDED_FOR = Duration.ofSeconds(10);

    private final List<Endpoint> configured;
    private final Map<Endpoint, Long> avoidedUntil = new HashMap<>();

    Endpoints(List<Endpoint> configured) {
        this.configured = configured;
    }

    List<Endpoint> inOrder() {
        if (avoidedUntil.isEmpty()) {
            return configured;
        }
        long now = System.nanoTime();
        avoidedUntil.values().removeIf(until -> now - until >= 0);
        List<Endpoint> order = new ArrayList<>(configured);
        order.removeAll(avoidedUntil.keySet());
        configured.stream().filter(avoidedUntil::containsKey).forEach(order::add);
        return order;
    }

    void failed(Endpoint endpoint) {
        avoidedUntil.put(endpoint, System.nanoTime() + AVOIDED_FOR.toNanos());
    }

    void succeeded(Endpoint endpoint) {
        avoidedUntil.remove(endpoint);
    }
}
