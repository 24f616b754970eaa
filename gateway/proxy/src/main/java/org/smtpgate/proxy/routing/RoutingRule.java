package org.smtpgate.proxy.routing;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.smtpgate.proxy.identity.LoginPattern;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.smtp.Address;

/**
 * Where messages go for which all of its conditions hold. An empty condition always holds, another one if any of its
 * values fits.
 *
 * @param listeners names of listeners, through which a message comes
 * @param attributes what the authentication must have said of the login, each by its name and as it is spelled
 * @param upstream the name of the one that gets them
 */
public record RoutingRule(
        List<String> listeners,
        List<LoginPattern> logins,
        Map<String, List<String>> attributes,
        List<DomainPattern> senderDomains,
        List<DomainPattern> recipientDomains,
        String upstream) {

    public RoutingRule {
        listeners = List.copyOf(listeners);
        logins = List.copyOf(logins);
        Map<String, List<String>> copies = new LinkedHashMap<>();
        attributes.forEach((name, values) -> copies.put(name, List.copyOf(values)));
        attributes = Collections.unmodifiableMap(copies);
        senderDomains = List.copyOf(senderDomains);
        recipientDomains = List.copyOf(recipientDomains);
    }

    /** How many of the five conditions it has. */
    public int conditions() {
        return (int) Stream.of(listeners, logins, attributes.keySet(), senderDomains, recipientDomains)
                .filter(condition -> !condition.isEmpty())
                .count();
    }

    /** Whether it holds for clients that are not logged in too. */
    public boolean isAboutNobody() {
        return logins.isEmpty() && attributes.isEmpty();
    }

    boolean isAboutNoAddress() {
        return senderDomains.isEmpty() && recipientDomains.isEmpty();
    }

    boolean isAboutRecipients() {
        return !recipientDomains.isEmpty();
    }

    /** Whether every message that this other rule is for is one of this rule's too, as far as their texts show. */
    public boolean covers(RoutingRule other) {
        return covers(listeners, other.listeners)
                && covers(logins, other.logins)
                && covers(senderDomains, other.senderDomains)
                && covers(recipientDomains, other.recipientDomains)
                && attributes.entrySet().stream()
                        .allMatch(attribute -> other.attributes.containsKey(attribute.getKey())
                                && attribute.getValue().containsAll(other.attributes.get(attribute.getKey())));
    }

    private static boolean covers(Collection<?> wide, Collection<?> narrow) {
        return wide.isEmpty() || !narrow.isEmpty() && wide.containsAll(narrow);
    }

    /** Whether it may hold for messages that come through this listener. */
    public boolean isFor(String listener) {
        return listeners.isEmpty() || listeners.contains(listener);
    }

    boolean isFor(Principal principal) {
        boolean login = logins.isEmpty()
                || logins.stream()
                        .anyMatch(pattern -> pattern.matches(principal.peer().login()));
        return login
                && attributes.entrySet().stream()
                        .allMatch(wanted -> principal.attributes().getOrDefault(wanted.getKey(), List.of()).stream()
                                .anyMatch(wanted.getValue()::contains));
    }

    boolean isForSender(Address sender) {
        return matches(senderDomains, sender);
    }

    boolean isForRecipient(Address recipient) {
        return matches(recipientDomains, recipient);
    }

    private static boolean matches(List<DomainPattern> patterns, Address address) {
        return patterns.isEmpty() || patterns.stream().anyMatch(pattern -> pattern.matches(address));
    }
}
