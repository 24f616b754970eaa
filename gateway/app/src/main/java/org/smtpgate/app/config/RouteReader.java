package org.smtpgate.app.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.smtpgate.proxy.identity.LoginPattern;
import org.smtpgate.proxy.routing.DomainPattern;
import org.smtpgate.proxy.routing.RoutingRule;

/** Reads one section of {@code routes}. */
final class RouteReader {
    private final Section section;

    RouteReader(Section section) {
        this.section = section;
    }

    RoutingRule read() {
        RoutingRule rule = new RoutingRule(
                section.oneOrMore("listener", Function.identity()),
                section.oneOrMore("login", LoginPattern::new),
                attributes(section.section("attribute")),
                section.oneOrMore("sender-domain", DomainPattern::new),
                section.oneOrMore("recipient-domain", DomainPattern::new),
                section.requiredText("to", "legacy"));
        section.end();
        return rule;
    }

    private static Map<String, List<String>> attributes(Section attribute) {
        Map<String, List<String>> wanted = new LinkedHashMap<>();
        for (String name : attribute.keys()) {
            wanted.put(name, attribute.oneOrMore(name, Function.identity()));
        }
        return wanted;
    }
}
