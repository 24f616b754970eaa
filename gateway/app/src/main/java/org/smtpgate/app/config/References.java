package org.smtpgate.app.config;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.smtpgate.proxy.downstream.ListenerSettings;

/** What is right by itself and wrong beside something else: names that lead nowhere, and names and ports taken twice. */
final class References {
    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::");

    private final Section root;
    private final List<Section> sections;
    private final List<ListenerSettings> listeners;

    References(Section root, List<GatewayConfig.Listener> listeners) {
        this.root = root;
        this.sections = root.sections("listeners");
        this.listeners =
                listeners.stream().map(GatewayConfig.Listener::settings).toList();
    }

    void check(Set<String> backends, Set<String> upstreams, Optional<HostAndPort> admin) {
        Map<String, Integer> names = new HashMap<>();
        boolean upstreamsAreKnown = !root.section("upstreams").isMistaken();
        for (int i = 0; i < listeners.size(); i++) {
            ListenerSettings listener = listeners.get(i);
            if (!listener.upstream().isEmpty() && upstreamsAreKnown && !upstreams.contains(listener.upstream())) {
                sections.get(i)
                        .problem("route", "there is no upstream " + listener.upstream() + "; " + thereAre(upstreams));
            }
            if (!root.section("auth").isMistaken()) {
                checkBackends(sections.get(i).section("auth"), listener.auth().backends(), backends);
            }
            if (!listener.name().isEmpty() && names.putIfAbsent(listener.name(), i) != null) {
                sections.get(i)
                        .problem("name", "another listener has the name " + listener.name() + "; each needs its own");
            }
        }
        checkAddresses(admin);
    }

    private static void checkBackends(Section auth, List<String> named, Set<String> backends) {
        for (String name : named) {
            if (!backends.contains(name)) {
                auth.problem("backends", "there is no backend " + name + "; " + thereAre(backends));
            }
        }
    }

    static String thereAre(Collection<String> names) {
        return names.isEmpty() ? "there are none" : "there are: " + String.join(", ", names);
    }

    private void checkAddresses(Optional<HostAndPort> admin) {
        for (int i = 0; i < listeners.size(); i++) {
            checkAddress(sections.get(i), addressOf(listeners.get(i)), listeners.subList(0, i));
        }
        admin.ifPresent(address -> checkAddress(root.section("admin"), address, listeners));
    }

    private static void checkAddress(Section section, HostAndPort address, List<ListenerSettings> others) {
        for (ListenerSettings other : others) {
            if (clash(addressOf(other), address)) {
                section.problem(
                        "address",
                        "the listener " + other.name() + " has " + addressOf(other) + "; choose another port");
            }
        }
    }

    private static HostAndPort addressOf(ListenerSettings listener) {
        return new HostAndPort(listener.host(), listener.port());
    }

    /** Port 0 is any free one. */
    private static boolean clash(HostAndPort one, HostAndPort other) {
        return one.port() == other.port()
                && one.port() != 0
                && (one.host().equals(other.host())
                        || WILDCARDS.contains(one.host())
                        || WILDCARDS.contains(other.host()));
    }
}
