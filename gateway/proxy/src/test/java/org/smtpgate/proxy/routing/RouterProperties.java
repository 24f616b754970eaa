package org.smtpgate.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import org.smtpgate.proxy.identity.LoginPattern;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.smtp.Address;

/** Whatever the rules and the message: the first rule that holds counts, asked at once or in two steps. */
class RouterProperties {
    private static final String LISTENER = "submission";
    private static final String OTHERWISE = "default";

    private record Mail(Principal principal, Address sender, Address recipient) {}

    /** Straight from the definition: one rule after the other, each condition by itself. */
    private static String expected(List<RoutingRule> rules, Mail mail) {
        for (RoutingRule rule : rules) {
            boolean listener = rule.listeners().isEmpty() || rule.listeners().contains(LISTENER);
            String login = mail.principal().peer().login();
            boolean known = rule.logins().isEmpty() || rule.logins().stream().anyMatch(one -> one.matches(login));
            boolean attributes = rule.attributes().keySet().stream()
                    .allMatch(name -> rule.attributes().get(name).stream()
                            .anyMatch(value -> mail.principal()
                                    .attributes()
                                    .getOrDefault(name, List.of())
                                    .contains(value)));
            if (listener
                    && known
                    && attributes
                    && fits(rule.senderDomains(), mail.sender())
                    && fits(rule.recipientDomains(), mail.recipient())) {
                return rule.upstream();
            }
        }
        return OTHERWISE;
    }

    private static boolean fits(List<DomainPattern> patterns, Address address) {
        return patterns.isEmpty() || patterns.stream().anyMatch(pattern -> pattern.matches(address));
    }

    @Property
    void theFirstRuleThatHoldsCounts(@ForAll("rules") List<RoutingRule> rules, @ForAll("mails") Mail mail) {
        RouteChoice choice = new Router(rules, LISTENER, OTHERWISE).choose(mail.principal(), mail.sender());

        assertThat(choice.upstream(mail.recipient())).isEqualTo(expected(rules, mail));
        choice.upstream().ifPresent(settled -> assertThat(settled).isEqualTo(expected(rules, mail)));
        Statistics.label("settled before the recipient")
                .collect(choice.upstream().isPresent());
        Statistics.label("by a rule").collect(!expected(rules, mail).equals(OTHERWISE));
    }

    /** Both happen often enough to say something. */
    private static void collect(String label, boolean value) {
        Statistics.label(label).collect(value);
        Statistics.label(label).coverage(coverage -> {
            coverage.check(true).percentage(share -> share > 15);
            coverage.check(false).percentage(share -> share > 15);
        });
    }

    @Property
    void whatIsNotSettledDependsOnTheRecipient(@ForAll("rules") List<RoutingRule> rules, @ForAll("mails") Mail mail) {
        Router router = new Router(rules, LISTENER, OTHERWISE);
        if (router.choose(mail.principal(), mail.sender()).upstream().isEmpty()) {
            assertThat(router.dependsOnRecipients()).isTrue();
        }
    }

    @Property
    void nothingIsReachedThatIsNotReachable(@ForAll("rules") List<RoutingRule> rules, @ForAll("mails") Mail mail) {
        Router router = new Router(rules, LISTENER, OTHERWISE);

        assertThat(router.reachable(mail.principal())).contains(expected(rules, mail));
        assertThat(router.reachable()).containsAll(router.reachable(mail.principal()));
    }

    @Property
    void aRuleThatIsCoveredIsNeverReached(
            @ForAll("rule") RoutingRule wide, @ForAll("rule") RoutingRule narrow, @ForAll("mails") Mail mail) {
        if (wide.covers(narrow) && !expected(List.of(narrow), mail).equals(OTHERWISE)) {
            assertThat(expected(List.of(wide), mail)).isEqualTo(wide.upstream());
        }
    }

    @Provide
    Arbitrary<List<RoutingRule>> rules() {
        return rule().list().ofMaxSize(6);
    }

    @Provide
    Arbitrary<RoutingRule> rule() {
        Arbitrary<List<String>> listeners = some("submission", "inbound");
        Arbitrary<List<LoginPattern>> logins = some("anna@example.org", "@example.org", "*", "b*")
                .map(all -> all.stream().map(LoginPattern::new).toList());
        Arbitrary<Map<String, List<String>>> attributes = Combinators.combine(
                        Arbitraries.of("tier", "group"), some("gold", "silver"))
                .as((name, values) -> values.isEmpty() ? Map.of() : Map.of(name, values));
        Arbitrary<List<DomainPattern>> domains = some("example.org", "*.example.org", "example.net", "<>")
                .map(all -> all.stream().map(DomainPattern::new).toList());
        return Combinators.combine(listeners, logins, attributes, domains, domains, Arbitraries.of("a", "b", "c"))
                .as(RoutingRule::new);
    }

    /** Most often none, so that rules hold. */
    private static Arbitrary<List<String>> some(String... values) {
        return Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(List.of())),
                Tuple.of(2, Arbitraries.of(values).list().ofMinSize(1).ofMaxSize(2)));
    }

    @Provide
    Arbitrary<Mail> mails() {
        Arbitrary<String> logins =
                Arbitraries.of("anna@example.org", "bob", "carol@EXAMPLE.org").injectNull(0.3);
        Arbitrary<Map<String, List<String>>> attributes =
                Arbitraries.of(Map.of(), Map.of("tier", List.of("gold")), Map.of("group", List.of("silver", "gold")));
        Arbitrary<Address> addresses = Arbitraries.of(
                        "a@example.org", "a@mail.Example.Org", "a@example.net", "postmaster", "")
                .map(Address::new);
        return Combinators.combine(logins, attributes, addresses, addresses)
                .as((login, said, from, to) -> new Mail(RoutingSample.somebody(login, said), from, to));
    }
}
