package org.smtpgate.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.proxy.routing.RoutingSample.address;
import static org.smtpgate.proxy.routing.RoutingSample.anybody;
import static org.smtpgate.proxy.routing.RoutingSample.rule;
import static org.smtpgate.proxy.routing.RoutingSample.somebody;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.smtp.Address;

/** Which upstream gets a message, and what may be said of it before its recipients are known. */
class RouterTest {
    private static final Address SENDER = address("a@example.org");
    private static final Principal GOLD = somebody("anna", Map.of("tier", List.of("gold"), "group", List.of("x", "y")));

    private static Router router(RoutingRule... rules) {
        return new Router(List.of(rules), "submission", "default");
    }

    private static String settled(Router router, Principal principal, Address sender) {
        return router.choose(principal, sender).upstream().orElse("depends on the recipient");
    }

    @Test
    void withoutRulesTheListenersOwnUpstreamGetsAll() {
        assertThat(settled(router(), anybody(), SENDER)).isEqualTo("default");
        assertThat(router().reachable()).containsExactly("default");
        assertThat(router().dependsOnRecipients()).isFalse();
    }

    @Test
    void theFirstRuleThatHoldsCounts() {
        Router router = router(
                rule().login("bob").to("b"),
                rule().from("example.org").to("first"),
                rule().login("anna").to("second"));

        assertThat(settled(router, somebody("anna"), SENDER)).isEqualTo("first");
        assertThat(settled(router, somebody("anna"), address("a@example.net"))).isEqualTo("second");
        assertThat(settled(router, somebody("bob"), SENDER)).isEqualTo("b");
        assertThat(settled(router, anybody(), address("a@example.net"))).isEqualTo("default");
    }

    @Test
    void rulesOfOtherListenersDoNotCount() {
        Router router = router(
                rule().listener("inbound").to("in"),
                rule().listener("inbound", "submission").to("both"));

        assertThat(settled(router, anybody(), SENDER)).isEqualTo("both");
        assertThat(router.reachable()).containsExactly("both");
    }

    @Test
    void allConditionsMustHold() {
        Router router = router(rule().login("anna")
                .attribute("tier", "gold")
                .from("example.org")
                .to("all"));

        assertThat(settled(router, GOLD, SENDER)).isEqualTo("all");
        assertThat(settled(router, somebody("anna"), SENDER)).isEqualTo("default");
        assertThat(settled(router, GOLD, address("a@example.net"))).isEqualTo("default");
        assertThat(settled(router, somebody("bob", GOLD.attributes()), SENDER)).isEqualTo("default");
    }

    @ParameterizedTest
    @CsvSource({
        "tier, gold, rule",
        "tier, silver, default",
        "tier, Gold, default",
        "Tier, gold, default",
        "group, y, rule",
        "group, z, default",
        "absent, gold, default"
    })
    void anAttributeFitsAsItIsSpelled(String name, String value, String upstream) {
        assertThat(settled(router(rule().attribute(name, value).to("rule")), GOLD, SENDER))
                .isEqualTo(upstream);
    }

    @Test
    void anyValueOfAConditionWillDo() {
        Router router = router(rule().attribute("group", "q", "y")
                .from("example.net", "*.example.org")
                .to("rule"));

        assertThat(settled(router, GOLD, address("a@mail.example.org"))).isEqualTo("rule");
        assertThat(settled(router, GOLD, SENDER)).isEqualTo("default");
    }

    @Test
    void whereRecipientsMatterNothingIsSettledBeforeThem() {
        Router router = router(
                rule().recipient("example.net").to("net"),
                rule().recipient("example.com").from("example.org").to("com"),
                rule().login("anna").to("anna"));

        RouteChoice choice = router.choose(anybody(), SENDER);

        assertThat(choice.upstream()).isEmpty();
        assertThat(choice.upstream(address("b@example.net"))).isEqualTo("net");
        assertThat(choice.upstream(address("b@example.com"))).isEqualTo("com");
        assertThat(choice.upstream(address("b@example.org"))).isEqualTo("default");
        assertThat(router.choose(somebody("anna"), address("a@x.test")).upstream(address("b@example.com")))
                .isEqualTo("anna");
        assertThat(router.dependsOnRecipients()).isTrue();
    }

    @Test
    void recipientsDoNotMatterBehindARuleThatHoldsForAll() {
        Router router = router(
                rule().from("example.org").to("org"),
                rule().recipient("example.net").to("net"));

        assertThat(settled(router, anybody(), SENDER)).isEqualTo("org");
        assertThat(settled(router, anybody(), address("a@x.test"))).isEqualTo("depends on the recipient");
    }

    @Test
    void recipientsDoNotMatterWhereAllRoutesLeadToOne() {
        Router router = router(
                rule().recipient("example.net").to("default"),
                rule().recipient("x.test").to("default"));

        assertThat(settled(router, anybody(), SENDER)).isEqualTo("default");
    }

    @Test
    void whatCanBeReachedDependsOnWhoAsks() {
        Router router = router(
                rule().login("bob").to("b"),
                rule().attribute("tier", "gold").recipient("example.net").to("gold"),
                rule().from("example.org").to("org"),
                rule().login("*").to("anybody"));

        assertThat(router.reachable()).containsExactly("b", "gold", "org", "anybody", "default");
        assertThat(router.reachable(GOLD)).containsExactly("gold", "org", "anybody");
        assertThat(router.reachable(somebody("bob"))).containsExactly("b");
        assertThat(router.reachable(anybody())).containsExactly("org", "default");
    }

    @Test
    void aRuleForAListenerAsAWholeLeavesNothingToThoseBehindIt() {
        Router router = router(
                rule().listener("submission").to("all"), rule().login("anna").to("anna"));

        assertThat(router.reachable()).containsExactly("all");
    }

    @Test
    void aRuleCoversANarrowerOne() {
        RoutingRule org = rule().from("example.org", "example.net").to("org");

        assertThat(org.covers(rule().from("example.org").login("anna").to("x"))).isTrue();
        assertThat(org.covers(rule().from("example.org", "example.com").to("x")))
                .isFalse();
        assertThat(org.covers(rule().login("anna").to("x"))).isFalse();
        assertThat(rule().attribute("tier", "gold", "silver")
                        .to("x")
                        .covers(rule().attribute("tier", "gold").to("y")))
                .isTrue();
        assertThat(rule().attribute("tier", "gold")
                        .to("x")
                        .covers(rule().attribute("tier", "gold", "silver").to("y")))
                .isFalse();
        assertThat(rule().attribute("tier", "gold").to("x").covers(rule().to("y")))
                .isFalse();
        assertThat(rule().listener("a")
                        .to("x")
                        .covers(rule().listener("a").recipient("x.test").to("y")))
                .isTrue();
        assertThat(rule().listener("a").to("x").covers(rule().to("y"))).isFalse();
    }
}
