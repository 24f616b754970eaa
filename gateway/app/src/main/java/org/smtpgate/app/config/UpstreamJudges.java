package org.smtpgate.app.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.smtpgate.app.config.GatewayConfig.Identity.Mode;
import org.smtpgate.proxy.downstream.ListenerSettings;
import org.smtpgate.proxy.routing.Router;
import org.smtpgate.proxy.routing.RoutingRule;

/** Finds listeners whose logins are to be judged by their upstream, though that could not be asked. */
final class UpstreamJudges {
    private final Section root;
    private final List<ListenerSettings> listeners;
    private final List<RoutingRule> routes;
    private final Map<String, GatewayConfig.Backend> backends;
    private final Map<String, Mode> modes = new HashMap<>();

    UpstreamJudges(
            Section root,
            List<GatewayConfig.Listener> listeners,
            List<RoutingRule> routes,
            Map<String, GatewayConfig.Backend> backends,
            List<GatewayConfig.Upstream> upstreams) {
        this.root = root;
        this.listeners =
                listeners.stream().map(GatewayConfig.Listener::settings).toList();
        this.routes = routes;
        this.backends = backends;
        upstreams.forEach(upstream ->
                modes.put(upstream.settings().name(), upstream.identity().mode()));
    }

    void check() {
        List<Section> sections = root.sections("listeners");
        for (int i = 0; i < listeners.size(); i++) {
            Section auth = sections.get(i).section("auth");
            ListenerSettings listener = listeners.get(i);
            listener.auth().backends().stream()
                    .filter(this::asksUpstream)
                    .forEach(backend -> check(auth, backend, listener));
        }
    }

    private boolean asksUpstream(String backend) {
        return backends.containsKey(backend) && backends.get(backend).plugin().equals(GatewayConfig.Backend.UPSTREAM);
    }

    private void check(Section auth, String backend, ListenerSettings listener) {
        Set<String> reachable = new Router(routes, listener.name(), listener.upstream()).reachable();
        if (reachable.size() > 1) {
            auth.problem(
                    "backends",
                    backend
                            + " asks the upstream, which must be known before the login is, but routes lead this listener's "
                            + "messages to any of " + String.join(", ", reachable)
                            + "; for this listener give them no condition but listener, or use another backend");
            return;
        }
        String upstream = reachable.iterator().next();
        // One that is not there is another mistake, and told of already.
        if (modes.containsKey(upstream) && modes.get(upstream) != Mode.PASSTHROUGH) {
            auth.problem(
                    "backends",
                    backend + " asks " + upstream + " by the client's own login, but that has identity.mode: "
                            + Names.of(modes.get(upstream)) + "; set upstreams." + upstream
                            + ".identity.mode: passthrough");
        }
    }
}
