package org.smtpgate.proxy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.smtpgate.proxy.authn.BackendRules;
import org.smtpgate.proxy.dns.DnsSettings;
import org.smtpgate.proxy.downstream.ListenerSettings;
import org.smtpgate.proxy.routing.RoutingRule;
import org.smtpgate.proxy.upstream.UpstreamSettings;

/**
 * All that a {@link Gateway} is built from; backends, sources of access tokens and meters aside.
 *
 * @param routes of which the first counts that holds for a message; else the listener's own upstream
 * @param backends how each backend is asked, by its name
 * @param eventLoops how many event loops share each listener; one per core is right
 * @param drainDeadline how long a stopping gateway lets transactions end by themselves
 * @param dns whom to ask for the addresses of upstreams
 */
public record GatewaySettings(
        List<ListenerSettings> listeners,
        List<RoutingRule> routes,
        List<UpstreamSettings> upstreams,
        Map<String, BackendRules> backends,
        int eventLoops,
        Duration drainDeadline,
        DnsSettings dns) {

    public GatewaySettings {
        listeners = List.copyOf(listeners);
        routes = List.copyOf(routes);
        upstreams = List.copyOf(upstreams);
        backends = Map.copyOf(backends);
    }
}
