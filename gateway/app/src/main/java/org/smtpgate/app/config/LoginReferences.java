package org.smtpgate.app.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.smtpgate.proxy.downstream.ListenerSettings;
import org.smtpgate.proxy.routing.RoutingRule;

/** Finds what leads clients without a login to an upstream at which the gateway logs in as each client. */
final class LoginReferences {
    private final Section root;
    private final List<ListenerSettings> listeners;
    private final List<RoutingRule> routes;
    /** Those upstreams, with the mode of their identity. */
    private final Map<String, String> modes = new LinkedHashMap<>();

    LoginReferences(
            Section root,
            List<GatewayConfig.Listener> listeners,
            List<RoutingRule> routes,
            List<GatewayConfig.Upstream> upstreams) {
        this.root = root;
        this.listeners =
                listeners.stream().map(GatewayConfig.Listener::settings).toList();
        this.routes = routes;
        upstreams.stream()
                .filter(upstream -> upstream.settings().identity().needsLogin())
                .forEach(upstream -> modes.put(
                        upstream.settings().name(), Names.of(upstream.identity().mode())));
    }

    void check() {
        List<Section> sections = root.sections("listeners");
        for (int i = 0; i < listeners.size(); i++) {
            ListenerSettings listener = listeners.get(i);
            if (modes.containsKey(listener.upstream()) && !listener.auth().required()) {
                sections.get(i).problem("route", needsLogin(listener.upstream(), "auth.required: true"));
            }
        }
        List<Section> rules = root.sections("routes");
        for (int i = 0; i < routes.size(); i++) {
            RoutingRule rule = routes.get(i);
            boolean anybody = rule.isAboutNobody()
                    && listeners.stream()
                            .filter(listener -> rule.isFor(listener.name()))
                            .anyMatch(listener -> !listener.auth().required());
            if (modes.containsKey(rule.upstream()) && anybody) {
                rules.get(i)
                        .problem(
                                "to",
                                needsLogin(rule.upstream(), "auth.required: true in its listeners, or a login here"));
            }
        }
    }

    private String needsLogin(String upstream, String mend) {
        return upstream + " has identity.mode: " + modes.get(upstream)
                + ", and whoever comes without a login could not use it; set " + mend;
    }
}
