package org.smtpgate.proxy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.smtpgate.proxy.net.SmtpSocket;

/** THINK HARD about the floors of the house before changing this file. */
@AnalyzeClasses(packages = "org.smtpgate.proxy", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
    private static final String PROXY = "org.smtpgate.proxy";

    @ArchTest
    static final ArchRule no_circles =
            slices().matching(PROXY + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule net_knows_no_other_room = mayOnlyKnow("net", "net");

    @ArchTest
    static final ArchRule metrics_know_no_other_room = mayOnlyKnow("metrics", "metrics");

    @ArchTest
    static final ArchRule identity_knows_no_other_room = mayOnlyKnow("identity", "identity");

    @ArchTest
    static final ArchRule dns_knows_no_other_room = mayOnlyKnow("dns", "dns");

    @ArchTest
    static final ArchRule routing_knows_identity = mayOnlyKnow("routing", "routing", "identity");

    @ArchTest
    static final ArchRule routing_is_pure = noClasses()
            .that()
            .resideInAPackage(PROXY + ".routing..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io..", "org.slf4j..", "java.io..", "java.nio..", "org.smtpgate.smtp.*..");

    @ArchTest
    static final ArchRule guessing_knows_metrics = mayOnlyKnow("guessing", "guessing", "metrics");

    @ArchTest
    static final ArchRule authn_knows_guessing = mayOnlyKnow("authn", "authn", "guessing", "identity", "metrics");

    @ArchTest
    static final ArchRule upstream_knows_net_and_metrics =
            mayOnlyKnow("upstream", "upstream", "dns", "identity", "net", "metrics");

    @ArchTest
    static final ArchRule relay_knows_upstream =
            mayOnlyKnow("relay", "relay", "upstream", "routing", "identity", "net", "metrics");

    @ArchTest
    static final ArchRule downstream_reaches_upstreams_through_the_relay_alone =
            mayOnlyKnow("downstream", "downstream", "relay", "authn", "identity", "net", "metrics");

    @ArchTest
    static final ArchRule nothing_below_knows_the_gateway = noClasses()
            .that()
            .resideOutsideOfPackage(PROXY)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(PROXY);

    @ArchTest
    static final ArchRule the_relay_does_not_know_the_receiver = noClasses()
            .that()
            .resideInAPackage(PROXY + ".relay..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.smtpgate.smtp.receiver..");

    @ArchTest
    static final ArchRule the_upstream_side_does_not_know_the_receiver = noClasses()
            .that()
            .resideInAPackage(PROXY + ".upstream..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.smtpgate.smtp.receiver..");

    @ArchTest
    static final ArchRule the_clients_side_does_not_know_the_sender = noClasses()
            .that()
            .resideInAPackage(PROXY + ".downstream..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.smtpgate.smtp.sender..");

    @ArchTest
    static final ArchRule only_the_socket_and_name_servers_touch_the_internals_of_vertx = classes()
            .that()
            .doNotBelongToAnyOf(SmtpSocket.class)
            .and()
            // It carries datagrams on the event loop of Netty that stands behind that of Vert.x.
            .doNotHaveFullyQualifiedName("org.smtpgate.proxy.dns.NameServers")
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackage("io.vertx.core.internal..");

    private static ArchRule mayOnlyKnow(String room, String... known) {
        String[] others = java.util.Arrays.stream(new String[] {
                    "net",
                    "metrics",
                    "dns",
                    "identity",
                    "routing",
                    "guessing",
                    "authn",
                    "upstream",
                    "relay",
                    "downstream"
                })
                .filter(other -> !java.util.List.of(known).contains(other))
                .map(other -> PROXY + "." + other + "..")
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(PROXY + "." + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others);
    }
}
