package org.smtpgate.app.config;

import java.util.List;
import java.util.Set;
import org.smtpgate.proxy.downstream.ListenerSettings;
import org.smtpgate.proxy.routing.RoutingRule;

/** What is wrong with a route beside the others and the rest of the file: names that lead nowhere, rules that never count. */
final class RouteReferences {
    private static final String[] CONDITIONS = {"listener", "login", "attribute", "sender-domain", "recipient-domain"};

    private final Section root;
    private final List<Section> sections;
    private final List<RoutingRule> routes;
    private final List<ListenerSettings> listeners;

    RouteReferences(Section root, List<RoutingRule> routes, List<GatewayConfig.Listener> listeners) {
        this.root = root;
        this.sections = root.sections("routes");
        this.routes = routes;
        this.listeners =
                listeners.stream().map(GatewayConfig.Listener::settings).toList();
    }

    void check(Set<String> upstreams) {
        for (int i = 0; i < routes.size(); i++) {
            if (!sections.get(i).isMistaken()) {
                checkUpstream(sections.get(i), routes.get(i), upstreams);
                checkListeners(sections.get(i), routes.get(i));
                checkLogins(sections.get(i), routes.get(i));
                checkReach(i);
            }
        }
    }

    private void checkUpstream(Section section, RoutingRule rule, Set<String> upstreams) {
        boolean upstreamsAreKnown = !root.section("upstreams").isMistaken();
        if (!rule.upstream().isEmpty() && upstreamsAreKnown && !upstreams.contains(rule.upstream())) {
            section.problem("to", "there is no upstream " + rule.upstream() + "; " + References.thereAre(upstreams));
        }
    }

    private void checkListeners(Section section, RoutingRule rule) {
        List<String> names = listeners.stream().map(ListenerSettings::name).toList();
        for (String name : rule.listeners()) {
            if (!names.contains(name)) {
                section.problem("listener", "there is no listener " + name + "; " + References.thereAre(names));
            }
        }
    }

    private void checkLogins(Section section, RoutingRule rule) {
        boolean somebodyLogsIn = listeners.stream()
                .filter(listener -> rule.isFor(listener.name()))
                .anyMatch(listener -> !listener.auth().backends().isEmpty());
        if (!rule.isAboutNobody() && !somebodyLogsIn) {
            section.problem(
                    rule.logins().isEmpty() ? "attribute" : "login",
                    "never holds, as no listener that this route is for takes logins; list backends in its auth");
        }
    }

    private void checkReach(int index) {
        if (!isSound(index)) {
            return;
        }
        RoutingRule rule = routes.get(index);
        if (rule.conditions() == 0) {
            sections.get(index)
                    .problem(
                            "",
                            "has no condition, so that no route behind it would count, nor that of any listener; give it "
                                    + "one, or set the route of the listeners");
            return;
        }
        for (int before = 0; before < index; before++) {
            if (isSound(before) && routes.get(before).covers(rule)) {
                sections.get(index)
                        .problem("", "is never reached, as routes[" + before + "] takes all that it would; move it up");
                return;
            }
        }
    }

    /** Whether it has all the conditions that it has in the file: a wrong one was left out. */
    private boolean isSound(int index) {
        return routes.get(index).conditions() == sections.get(index).count(CONDITIONS);
    }
}
