package org.smtpgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.smtpgate.proxy.upstream.SampleSettings.SOON;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.smtp.Peer;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.Stage;

/** Connections that may serve one login alone are lent to no other; and what has a bound has it over all logins. */
class KeyedPoolsTest {

    @Test
    void two_thousand_logins_on_two_event_loops_share_twenty_connections_and_no_connection() {
        int logins = 2_000;
        Map<UpstreamConnection, String> lentTo = new ConcurrentHashMap<>();
        List<String> mixed = new ArrayList<>();
        try (ScriptedUpstream server =
                        ScriptedUpstream.builder().maxConnections(20).start();
                UpstreamLoops loops = loops(2, 20, 10_000, server)) {
            List<Future<Void>> served = new ArrayList<>();
            for (int number = 0; number < logins; number++) {
                UpstreamLoops.Loop loop = loops.loop(number % 2);
                String login = "user" + number;
                served.add(loop.submit(() -> loop.upstream()
                        .lease(principal(login), false)
                        .lease()
                        .map(connection -> {
                            String before = lentTo.putIfAbsent(connection, login);
                            if (before != null && !before.equals(login)) {
                                mixed.add(before + " and " + login);
                            }
                            loop.upstream().giveBack(connection);
                            return null;
                        })));
            }
            served.forEach(UpstreamLoops::await);
            assertThat(mixed).isEmpty();
            assertThat(lentTo.values()).hasSize(logins).doesNotHaveDuplicates();
            assertThat(server.refusedConnections()).isZero();
            assertThat(server.peakConnections()).isLessThanOrEqualTo(20);
            assertThat(loops.metric("smtpgate_upstream_queued{")).isZero();
            Awaitility.await()
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(pools(loops)).isLessThanOrEqualTo(20));
            assertThat(loops.metric("smtpgate_upstream_connections{state=\"idle\""))
                    .isEqualTo(pools(loops));
        }
    }

    @Test
    void a_login_gets_its_own_idle_connection_again() {
        try (ScriptedUpstream server = ScriptedUpstream.start();
                UpstreamLoops loops = loops(1, 20, 10, server)) {
            UpstreamConnection first = leaseAndGiveBack(loops.loop(0), "alice");
            UpstreamConnection second = leaseAndGiveBack(loops.loop(0), "bob");
            assertThat(second).isNotSameAs(first);
            assertThat(leaseAndGiveBack(loops.loop(0), "alice")).isSameAs(first);
            assertThat(leaseAndGiveBack(loops.loop(0), "bob")).isSameAs(second);
            assertThat(server.connections()).hasSize(2);
        }
    }

    @Test
    void a_login_that_waits_gets_the_permit_of_an_idle_connection_of_another_on_its_own_event_loop() {
        try (ScriptedUpstream server =
                        ScriptedUpstream.builder().maxConnections(1).start();
                UpstreamLoops loops = loops(1, 1, 10, server)) {
            leaseAndGiveBack(loops.loop(0), "alice");
            leaseAndGiveBack(loops.loop(0), "bob");
            leaseAndGiveBack(loops.loop(0), "alice");
            assertThat(server.connections()).hasSize(3);
            assertThat(server.refusedConnections()).isZero();
        }
    }

    /** Many times, since the event loops hear of the claim at the same moment. */
    @RepeatedTest(50)
    void one_claim_costs_one_connection_however_many_lie_idle() {
        try (ScriptedUpstream server =
                        ScriptedUpstream.builder().maxConnections(6).start();
                UpstreamLoops loops = loops(3, 6, 10, server)) {
            for (int number = 0; number < 6; number++) {
                leaseAndGiveBack(loops.loop(number % 3), "user" + number);
            }
            leaseAndGiveBack(loops.loop(0), "one more");
            assertThat(server.connections().stream().filter(connection -> connection.quit()))
                    .hasSize(1);
        }
    }

    @Test
    void who_waits_is_not_held_up_by_goodbyes_that_hang() {
        try (ScriptedUpstream server = ScriptedUpstream.start();
                UpstreamLoops loops = loops(2, 6, 10, server)) {
            for (int number = 0; number < 6; number++) {
                leaseAndGiveBack(loops.loop(number % 2), "user" + number);
            }
            Moment next = server.next(Stage.QUIT);
            IntStream.range(0, 3).forEach(hung -> server.fault(next.nth(next.nth() + hung), Fault.HANG));
            List<Future<UpstreamConnection>> waiting = IntStream.range(0, 3)
                    .mapToObj(number -> lease(loops.loop(number % 2), "one more " + number))
                    .toList();
            List<UpstreamConnection> lent =
                    waiting.stream().map(UpstreamLoops::await).toList();
            assertThat(server.connections().stream().filter(connection -> connection.quit()))
                    .as("all were parted with before a goodbye had timed out")
                    .hasSize(6);
            for (int number = 0; number < 3; number++) {
                UpstreamLoops.Loop loop = loops.loop(number % 2);
                UpstreamConnection one = lent.get(number);
                loop.call(() -> {
                    loop.upstream().giveBack(one);
                    return null;
                });
            }
        }
    }

    /** Its own idle connection is for it, and the other event loop's stays. */
    @RepeatedTest(50)
    void who_wants_a_new_connection_costs_one_of_its_own() {
        try (ScriptedUpstream server =
                        ScriptedUpstream.builder().maxConnections(2).start();
                UpstreamLoops loops = loops(2, 2, 10, server)) {
            leaseAndGiveBack(loops.loop(0), "alice");
            leaseAndGiveBack(loops.loop(1), "bob");
            UpstreamLoops.Loop loop = loops.loop(0);
            UpstreamConnection fresh = UpstreamLoops.await(loop.submit(
                    () -> loop.upstream().lease(principal("alice"), true).lease()));
            loop.call(() -> {
                loop.upstream().giveBack(fresh);
                return null;
            });
            assertThat(server.connections().stream().filter(connection -> connection.quit()))
                    .hasSize(1);
        }
    }

    @Test
    void the_queue_is_bounded_over_all_logins() {
        try (ScriptedUpstream server = ScriptedUpstream.start();
                UpstreamLoops loops = loops(1, 1, 2, server)) {
            UpstreamLoops.Loop loop = loops.loop(0);
            UpstreamConnection lent = UpstreamLoops.await(lease(loop, "alice"));
            List<Future<UpstreamConnection>> waiting = List.of(lease(loop, "bob"), lease(loop, "carol"));
            assertThatThrownBy(() -> UpstreamLoops.await(lease(loop, "dave")))
                    .hasMessageContaining("the queue is full");
            loop.submit(() -> {
                loop.upstream().giveBack(lent);
                return Future.succeededFuture();
            });
            loop.call(() -> {
                waiting.forEach(lease -> lease.onSuccess(loop.upstream()::giveBack));
                return null;
            });
            waiting.forEach(UpstreamLoops::await);
        }
    }

    @Test
    void a_login_leaves_nothing_behind_when_its_connection_is_gone() {
        try (ScriptedUpstream server = ScriptedUpstream.start();
                UpstreamLoops loops = loops(1, 5, 10, server)) {
            UpstreamLoops.Loop loop = loops.loop(0);
            for (String login : List.of("alice", "bob")) {
                UpstreamConnection lent = UpstreamLoops.await(lease(loop, login));
                loop.call(() -> {
                    loop.upstream().retire(lent);
                    return null;
                });
            }
            server.awaitOpenConnections(0, SOON);
            Awaitility.await().atMost(SOON).until(() -> pools(loops) == 0);
            assertThat(loops.metric("smtpgate_upstream_connections{")).isZero();
        }
    }

    private static int pools(UpstreamLoops loops) {
        return loops.all().stream()
                .mapToInt(loop -> loop.call(() -> loop.upstream().size()))
                .sum();
    }

    private static UpstreamConnection leaseAndGiveBack(UpstreamLoops.Loop loop, String login) {
        UpstreamConnection connection = UpstreamLoops.await(lease(loop, login));
        loop.call(() -> {
            loop.upstream().giveBack(connection);
            return null;
        });
        return connection;
    }

    private static Future<UpstreamConnection> lease(UpstreamLoops.Loop loop, String login) {
        return loop.submit(() -> loop.upstream().lease(principal(login), false).lease());
    }

    private static Principal principal(String login) {
        return new Principal(
                "s1", new Peer("127.0.0.1", 1, "127.0.0.1", 2, "client.test", true, null, login), Map.of(), null);
    }

    private static UpstreamLoops loops(int count, int maxConnections, int queueLength, ScriptedUpstream server) {
        return new UpstreamLoops(
                count,
                SampleSettings.of(
                        SampleSettings.pool(maxConnections, queueLength, Duration.ofSeconds(60)), server.port()),
                principal -> new PoolKey(principal.peer().login()));
    }
}
