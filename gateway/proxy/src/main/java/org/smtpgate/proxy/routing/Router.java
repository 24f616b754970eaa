package org.smtpgate.proxy.routing;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.smtp.Address;

/** The routes of one listener: of the rules that hold for a message the first one counts, else the listener's own. */
public final class Router {
    private final List<RoutingRule> rules;
    private final String otherwise;

    /**
     * @param rules of all listeners, in their order
     * @param otherwise the upstream that the listener itself names
     */
    public Router(List<RoutingRule> rules, String listener, String otherwise) {
        this.rules = rules.stream().filter(rule -> rule.isFor(listener)).toList();
        this.otherwise = otherwise;
    }

    /** The route of a message, or as much of it as is known before its recipients are. */
    public RouteChoice choose(Principal principal, Address sender) {
        List<RoutingRule> open = new ArrayList<>(0);
        for (RoutingRule rule : rules) {
            if (rule.isFor(principal) && rule.isForSender(sender)) {
                if (!rule.isAboutRecipients()) {
                    return new RouteChoice(open, rule.upstream());
                }
                open.add(rule);
            }
        }
        return new RouteChoice(open, otherwise);
    }

    /** The upstreams that a message of any client may go to. */
    public Set<String> reachable() {
        return reachable(rules, rule -> rule.isAboutNobody() && rule.isAboutNoAddress());
    }

    /** Those that a message of this client may go to, as long as it is who it is. */
    public Set<String> reachable(Principal principal) {
        List<RoutingRule> own =
                rules.stream().filter(rule -> rule.isFor(principal)).toList();
        return reachable(own, RoutingRule::isAboutNoAddress);
    }

    /** @param last whether a rule leaves nothing to those behind it */
    private Set<String> reachable(List<RoutingRule> candidates, Predicate<RoutingRule> last) {
        Set<String> upstreams = new LinkedHashSet<>();
        for (RoutingRule rule : candidates) {
            upstreams.add(rule.upstream());
            if (last.test(rule)) {
                return upstreams;
            }
        }
        upstreams.add(otherwise);
        return upstreams;
    }

    /** Whether some message's route depends on its recipients. */
    public boolean dependsOnRecipients() {
        return rules.stream().anyMatch(RoutingRule::isAboutRecipients);
    }
}
