package org.smtpgate.proxy.routing;

import java.util.List;
import java.util.Map;
import org.smtpgate.proxy.identity.LoginPattern;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.smtp.Address;
import org.smtpgate.smtp.Peer;

/** Rules and clients, said briefly. */
public final class RoutingSample {
    private RoutingSample() {}

    /** A rule without conditions; the methods add some. */
    public record Draft(
            List<String> listeners,
            List<String> logins,
            Map<String, List<String>> attributes,
            List<String> senders,
            List<String> recipients) {

        public Draft listener(String... names) {
            return new Draft(List.of(names), logins, attributes, senders, recipients);
        }

        public Draft login(String... patterns) {
            return new Draft(listeners, List.of(patterns), attributes, senders, recipients);
        }

        public Draft attribute(String name, String... values) {
            return new Draft(listeners, logins, Map.of(name, List.of(values)), senders, recipients);
        }

        public Draft from(String... domains) {
            return new Draft(listeners, logins, attributes, List.of(domains), recipients);
        }

        public Draft recipient(String... domains) {
            return new Draft(listeners, logins, attributes, senders, List.of(domains));
        }

        public RoutingRule to(String upstream) {
            return new RoutingRule(
                    listeners,
                    logins.stream().map(LoginPattern::new).toList(),
                    attributes,
                    senders.stream().map(DomainPattern::new).toList(),
                    recipients.stream().map(DomainPattern::new).toList(),
                    upstream);
        }
    }

    public static Draft rule() {
        return new Draft(List.of(), List.of(), Map.of(), List.of(), List.of());
    }

    static Principal anybody() {
        return somebody(null, Map.of());
    }

    static Principal somebody(String login) {
        return somebody(login, Map.of());
    }

    static Principal somebody(String login, Map<String, List<String>> attributes) {
        return new Principal(
                "session",
                new Peer("192.0.2.7", 57026, "192.0.2.1", 587, "client.test", true, null, login),
                attributes,
                null);
    }

    static Address address(String mailbox) {
        return new Address(mailbox);
    }
}
