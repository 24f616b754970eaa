package org.smtpgate.proxy.upstream;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.proxy.metrics.GatewayMetrics;
import org.smtpgate.proxy.upstream.Members.Found;
import org.smtpgate.proxy.upstream.UpstreamSettings.Balancing;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;
import org.smtpgate.smtp.Capabilities;

/** Which endpoint the next connection goes to: by policy, weight, tier and health. */
class EndpointsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Random random = new Random(20_251_125);
    private long now;

    @ParameterizedTest
    @EnumSource(
            value = Balancing.class,
            names = {"LEAST_CONNECTIONS", "ROUND_ROBIN"})
    void connections_that_stay_are_spread_exactly_by_weight(Balancing balancing) {
        Endpoints endpoints = endpoints(balancing, weighted("a", 1), weighted("b", 2), weighted("c", 3));
        Map<String, Long> chosen = connect(endpoints, 600);
        assertThat(chosen).containsExactlyInAnyOrderEntriesOf(Map.of("a:25", 100L, "b:25", 200L, "c:25", 300L));
    }

    @Test
    void a_heavy_one_takes_its_turns_among_those_of_the_others() {
        Endpoints endpoints = endpoints(Balancing.ROUND_ROBIN, weighted("a", 1), weighted("b", 1), weighted("c", 3));
        List<String> turns = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            turns.add(endpoints.begin("", List.of()).toString());
        }
        assertThat(turns).containsExactly("c:25", "a:25", "c:25", "b:25", "c:25");
    }

    @Test
    void the_one_with_the_fewest_connections_is_next_whoever_had_the_last() {
        Endpoints endpoints = endpoints(Balancing.LEAST_CONNECTIONS, weighted("a", 1), weighted("b", 1));
        Member first = established(endpoints);
        Member second = established(endpoints);
        assertThat(first).hasToString("a:25");
        assertThat(second).hasToString("b:25");
        endpoints.closed(second);
        assertThat(established(endpoints)).isSameAs(second);
        assertThat(endpoints.begin("", List.of())).isSameAs(first);
    }

    @Test
    void two_drawn_by_lot_spread_connections_by_weight_and_evenly() {
        Endpoints endpoints =
                endpoints(Balancing.RANDOM_TWO, weighted("a", 1), weighted("b", 1), weighted("c", 1), weighted("d", 2));
        Map<String, Long> chosen = connect(endpoints, 1_000);
        assertThat(chosen.get("d:25")).isCloseTo(400L, offset(40L));
        for (String name : List.of("a:25", "b:25", "c:25")) {
            assertThat(chosen.get(name)).isCloseTo(200L, offset(30L));
        }
    }

    @Test
    void logins_are_spread_by_weight_and_always_come_to_the_same_one() {
        Endpoints endpoints = endpoints(Balancing.HASH_LOGIN, weighted("a", 1), weighted("b", 1), weighted("c", 2));
        Map<String, Member> homes = homes(endpoints, 20_000);
        Map<String, Long> shares = homes.values().stream().collect(groupingBy(Member::toString, counting()));
        assertThat(shares.get("a:25")).isCloseTo(5_000L, offset(300L));
        assertThat(shares.get("b:25")).isCloseTo(5_000L, offset(300L));
        assertThat(shares.get("c:25")).isCloseTo(10_000L, offset(300L));
        homes.forEach(
                (login, home) -> assertThat(endpoints.begin(login, List.of())).isSameAs(home));
        Endpoints elsewhere = endpoints(Balancing.HASH_LOGIN, weighted("c", 2), weighted("a", 1), weighted("b", 1));
        homes(elsewhere, 1_000)
                .forEach((login, home) -> assertThat(home)
                        .as("in another process")
                        .hasToString(homes.get(login).toString()));
    }

    @Test
    void only_the_logins_of_the_one_that_is_left_out_move() {
        Endpoints endpoints = endpoints(Balancing.HASH_LOGIN, weighted("a", 1), weighted("b", 1), weighted("c", 1));
        Map<String, Member> before = homes(endpoints, 3_000);
        Member gone = before.get("user0");
        eject(endpoints, gone);
        Map<String, Member> after = homes(endpoints, 3_000);
        Map<Member, Long> heirs = new HashMap<>();
        before.forEach((login, home) -> {
            if (home == gone) {
                heirs.merge(after.get(login), 1L, Long::sum);
            } else {
                assertThat(after.get(login)).isSameAs(home);
            }
        });
        assertThat(heirs).hasSize(2).doesNotContainKey(gone);
        assertThat(heirs.values()).allSatisfy(count -> assertThat(count).isGreaterThan(300L));
    }

    @Test
    void the_backup_is_used_when_none_before_it_is_live_and_no_longer() {
        Endpoint backup = new Endpoint(Endpoint.Kind.HOST, "backup", 25, 1, 1);
        Endpoints endpoints = endpoints(Balancing.LEAST_CONNECTIONS, weighted("a", 1), weighted("b", 1), backup);
        Member first = endpoints.begin("", List.of());
        Member second = endpoints.begin("", List.of(first));
        assertThat(endpoints.begin("", List.of(first, second)))
                .as("when both were tried for this one connection")
                .hasToString("backup:25");
        eject(endpoints, first);
        assertThat(endpoints.begin("", List.of())).isSameAs(second);
        eject(endpoints, second);
        Member last = endpoints.begin("", List.of());
        assertThat(last).hasToString("backup:25");
        assertThat(last.wanted()).isTrue();
        probe(endpoints, first, true);
        assertThat(endpoints.begin("", List.of())).isSameAs(first);
        assertThat(last.wanted()).as("once a better one is live again").isFalse();
    }

    @Test
    void one_that_has_just_failed_comes_last() {
        Endpoints endpoints = endpoints(Balancing.LEAST_CONNECTIONS, weighted("a", 1), weighted("b", 1));
        Member failing = endpoints.begin("", List.of());
        endpoints.failed(failing, "refused", false);
        for (int i = 0; i < 5; i++) {
            assertThat(endpoints.begin("", List.of())).isNotSameAs(failing);
        }
        now += Duration.ofSeconds(1).toNanos();
        assertThat(endpoints.begin("", List.of())).isSameAs(failing);
    }

    @Test
    void when_all_are_left_out_that_is_known_at_once_and_told() {
        Endpoints endpoints = endpoints(Balancing.LEAST_CONNECTIONS, weighted("a", 1), weighted("b", 1));
        AtomicInteger told = new AtomicInteger();
        endpoints.watch(told::incrementAndGet);
        Member first = endpoints.begin("", List.of());
        Member second = endpoints.begin("", List.of());
        eject(endpoints, first);
        assertThat(endpoints.usable()).isTrue();
        eject(endpoints, second);
        assertThat(endpoints.usable()).isFalse();
        assertThat(endpoints.begin("", List.of())).isNull();
        assertThat(endpoints.noneLeft().reason()).isEqualTo(NoLeaseException.Reason.UNREACHABLE);
        probe(endpoints, second, true);
        assertThat(endpoints.usable()).isTrue();
        assertThat(told).hasValue(3);
        assertThat(count("ejections")).isEqualTo(2);
        assertThat(count("readmissions")).isEqualTo(1);
    }

    @Test
    void a_server_that_has_connections_and_refuses_more_is_full_and_not_dead() {
        Endpoints endpoints = endpoints(Balancing.LEAST_CONNECTIONS, weighted("a", 1));
        Member member = established(endpoints);
        for (int i = 0; i < 5; i++) {
            endpoints.begin("", List.of());
            endpoints.failed(member, "421 too many connections", true);
        }
        assertThat(endpoints.isLive(member)).isTrue();
        endpoints.closed(member);
        for (int i = 0; i < 3; i++) {
            endpoints.begin("", List.of());
            endpoints.failed(member, "421 not now", true);
        }
        assertThat(endpoints.isLive(member)).isFalse();
    }

    @Test
    void a_trial_is_made_once_and_again_when_it_could_not_be_made() {
        Endpoints endpoints = endpoints(Balancing.LEAST_CONNECTIONS, weighted("a", 1));
        Member member = endpoints.begin("", List.of());
        eject(endpoints, member);
        assertThat(endpoints.beginProbe()).isNull();
        now += Duration.ofSeconds(1).toNanos();
        assertThat(endpoints.beginProbe()).isSameAs(member);
        assertThat(endpoints.beginProbe()).isNull();
        endpoints.putOffProbe(member, Duration.ofSeconds(1));
        assertThat(endpoints.beginProbe()).isNull();
        now += Duration.ofSeconds(1).toNanos();
        assertThat(endpoints.beginProbe()).isSameAs(member);
        endpoints.probeFailed(member, "refused", false);
        now += Duration.ofMillis(1_499).toNanos();
        assertThat(endpoints.beginProbe())
                .as("before three quarters of two seconds")
                .isNull();
        now += Duration.ofMillis(501).toNanos();
        assertThat(endpoints.beginProbe()).isSameAs(member);
        endpoints.probeSucceeded(member, Capabilities.NONE);
        assertThat(endpoints.isLive(member)).isTrue();
        assertThat(endpoints.beginProbe()).isNull();
    }

    @Test
    void while_none_is_live_each_is_tried_again_soon_however_often_it_failed() {
        Endpoints endpoints = endpoints(Balancing.LEAST_CONNECTIONS, weighted("a", 1), weighted("b", 1));
        Member first = endpoints.begin("", List.of());
        Member second = endpoints.begin("", List.of(first));
        eject(endpoints, first);
        for (int i = 0; i < 10; i++) {
            now += Duration.ofMinutes(5).toNanos();
            probe(endpoints, first, false);
        }
        now += Duration.ofSeconds(60).toNanos();
        assertThat(endpoints.beginProbe()).as("while the other serves").isNull();
        eject(endpoints, second);
        assertThat(endpoints.beginProbe()).as("once there is none").isSameAs(first);
        endpoints.probeFailed(first, "refused", false);
        assertThat(endpoints.beginProbe()).isNull();
        now += Duration.ofSeconds(10).toNanos();
        assertThat(List.of(endpoints.beginProbe(), endpoints.beginProbe())).containsExactly(first, second);
    }

    @Test
    void what_is_offered_is_what_all_live_ones_offer_of_which_it_is_known() {
        Endpoints endpoints = endpoints(Balancing.LEAST_CONNECTIONS, weighted("a", 1), weighted("b", 1));
        assertThat(endpoints.capabilities()).isNull();
        Member rich = endpoints.begin("", List.of());
        endpoints.succeeded(rich, new Capabilities(Map.of("8BITMIME", "", "DSN", "")));
        assertThat(endpoints.capabilities().keywords()).containsOnlyKeys("8BITMIME", "DSN");
        Member poor = endpoints.begin("", List.of());
        endpoints.succeeded(poor, new Capabilities(Map.of("8BITMIME", "")));
        assertThat(endpoints.capabilities().keywords()).containsOnlyKeys("8BITMIME");
        eject(endpoints, poor);
        assertThat(endpoints.capabilities().keywords()).containsOnlyKeys("8BITMIME", "DSN");
        probe(endpoints, poor, true);
        assertThat(endpoints.capabilities().keywords()).containsOnlyKeys("8BITMIME");
    }

    /** A guess instead could promise what the server, once it is back, refuses. */
    @Test
    void what_was_known_last_holds_while_nothing_is_known_of_any_that_is_live() {
        Endpoint name = weighted("mx.example.net", 1);
        Endpoints endpoints = endpoints(Balancing.LEAST_CONNECTIONS, name);
        Member sole = endpoints.begin("", List.of());
        endpoints.succeeded(sole, new Capabilities(Map.of("DSN", "")));
        eject(endpoints, sole);
        assertThat(endpoints.capabilities().keywords()).containsOnlyKeys("DSN");
        endpoints.update(name, List.of(found("elsewhere")));
        assertThat(endpoints.capabilities().keywords()).as("at another address").containsOnlyKeys("DSN");
        endpoints.succeeded(endpoints.begin("", List.of()), Capabilities.NONE);
        assertThat(endpoints.capabilities()).isEqualTo(Capabilities.NONE);
    }

    @Test
    void an_address_that_a_name_leads_to_no_longer_gets_no_more_and_what_was_known_of_the_others_stays() {
        Endpoint name = weighted("pool.example.net", 1);
        Endpoints endpoints = endpoints(Balancing.LEAST_CONNECTIONS, name);
        endpoints.update(name, List.of(found("a"), found("b")));
        Member kept = endpoints.begin("", List.of());
        Member removed = endpoints.begin("", List.of());
        eject(endpoints, kept);
        endpoints.update(name, List.of(found("a"), found("c")));
        assertThat(removed.removed()).isTrue();
        assertThat(kept.removed()).isFalse();
        assertThat(endpoints.isLive(kept)).isFalse();
        assertThat(endpoints.begin("", List.of())).hasToString("c:25");
        endpoints.update(name, List.of());
        assertThat(endpoints.usable()).isFalse();
        assertThat(endpoints.noneLeft().reason()).isEqualTo(NoLeaseException.Reason.UNRESOLVED);
        endpoints.abandoned(removed);
    }

    @Test
    void tiers_of_dns_stand_within_the_priority_of_the_configuration() {
        Endpoint exchangers = new Endpoint(Endpoint.Kind.MX, "example.net", 25, 1, 0);
        Endpoint backup = new Endpoint(Endpoint.Kind.HOST, "backup", 25, 1, 1);
        Endpoints endpoints = endpoints(Balancing.LEAST_CONNECTIONS, exchangers, backup);
        endpoints.update(exchangers, List.of(new Found("second", null, 25, 1, 1), new Found("first", null, 25, 0, 1)));
        List<Member> tried = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tried.add(endpoints.begin("", tried));
        }
        assertThat(tried).extracting(Member::toString).containsExactly("first:25", "second:25", "backup:25");
    }

    private double count(String what) {
        return registry.get("smtpgate.upstream.endpoint." + what).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private static Found found(String host) {
        return new Found(host, null, 25, 0, 1);
    }

    private void eject(Endpoints endpoints, Member member) {
        for (int i = 0; i < 3; i++) {
            member.attemptBegun();
            endpoints.failed(member, "refused", false);
        }
        assertThat(endpoints.isLive(member)).isFalse();
    }

    private void probe(Endpoints endpoints, Member member, boolean well) {
        now += Duration.ofSeconds(1).toNanos();
        for (Member due = endpoints.beginProbe(); due != null; due = endpoints.beginProbe()) {
            if (due == member && well) {
                endpoints.probeSucceeded(due, due.capabilities() == null ? Capabilities.NONE : due.capabilities());
            } else {
                endpoints.probeFailed(due, "refused", false);
            }
        }
    }

    private static Map<String, Member> homes(Endpoints endpoints, int count) {
        Map<String, Member> homes = new HashMap<>();
        for (int number = 0; number < count; number++) {
            homes.put("user" + number, endpoints.preferred("user" + number));
        }
        return homes;
    }

    private static Member established(Endpoints endpoints) {
        Member member = endpoints.begin("", List.of());
        endpoints.succeeded(member, Capabilities.NONE);
        return member;
    }

    private static Map<String, Long> connect(Endpoints endpoints, int count) {
        return Stream.generate(() -> established(endpoints).toString())
                .limit(count)
                .collect(groupingBy(name -> name, counting()));
    }

    private static Endpoint weighted(String host, int weight) {
        return new Endpoint(Endpoint.Kind.HOST, host, 25, weight, 0);
    }

    private Endpoints endpoints(Balancing balancing, Endpoint... configured) {
        UpstreamSettings settings = SampleSettings.balanced(balancing, List.of(configured));
        Endpoints endpoints = new Endpoints(
                settings, new GatewayMetrics(registry).upstream("legacy").endpoints(), () -> now, random::nextDouble);
        for (Endpoint endpoint : configured) {
            endpoints.update(endpoint, List.of(found(endpoint.host())));
        }
        return endpoints;
    }
}
