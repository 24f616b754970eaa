package org.smtpgate.proxy.routing;

import java.util.List;
import java.util.Optional;
import org.smtpgate.smtp.Address;

/** The upstreams that are left for one transaction once its sender is known. */
public final class RouteChoice {
    private final List<RoutingRule> rules;
    private final String otherwise;

    /**
     * @param rules those that hold but for their recipients, the first first
     * @param otherwise the upstream of a recipient that none of these is for
     */
    RouteChoice(List<RoutingRule> rules, String otherwise) {
        this.rules = rules;
        this.otherwise = otherwise;
    }

    /** The one that gets it, whoever its recipients are; empty if that depends on them. */
    public Optional<String> upstream() {
        boolean settled = rules.stream().allMatch(rule -> rule.upstream().equals(otherwise));
        return settled ? Optional.of(otherwise) : Optional.empty();
    }

    /** The one that gets it for this recipient. */
    public String upstream(Address recipient) {
        for (RoutingRule rule : rules) {
            if (rule.isForRecipient(recipient)) {
                return rule.upstream();
            }
        }
        return otherwise;
    }
}
