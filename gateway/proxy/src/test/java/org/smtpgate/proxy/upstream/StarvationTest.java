package org.smtpgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.metrics.ConnectionState;
import org.smtpgate.testkit.MailSink;

/** With 50 connections and 4 event loops nobody waits for long while any event loop holds an idle connection. */
class StarvationTest {
    private static final int CONNECTIONS = 50;
    private static final int EVENT_LOOPS = 4;
    private static final Duration LONG = Duration.ofSeconds(5);
    private static final Duration SOON = Duration.ofSeconds(30);
    /** It comes ten times a second at most: these take three seconds, and longer if the others starve it. */
    private static final int VISITS_OF_THE_RAREST = 30;

    private final Queue<Wait> waits = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    /** How long somebody on an event loop waited, and for how much of it a connection was idle somewhere. */
    private record Wait(int loop, long nanos, long besideIdleNanos) {}

    @Test
    void what_one_event_loop_holds_idle_goes_to_those_who_wait_on_the_others() {
        try (MailSink server = calmServer();
                UpstreamLoops loops = loops(server);
                IdleClock clock = new IdleClock(loops)) {
            giveBackOn(loops.loop(0), leaseOn(loops.loop(0), CONNECTIONS));
            assertThat(loops.connections(ConnectionState.IDLE)).isEqualTo(CONNECTIONS);

            List<List<Future<UpstreamConnection>>> asked = new ArrayList<>();
            for (int number = 1; number < EVENT_LOOPS; number++) {
                int loop = number;
                asked.add(IntStream.range(0, CONNECTIONS / EVENT_LOOPS)
                        .mapToObj(index -> waitOn(loops, loop, clock))
                        .toList());
            }
            for (int number = 1; number < EVENT_LOOPS; number++) {
                giveBackOn(
                        loops.loop(number),
                        asked.get(number - 1).stream().map(UpstreamLoops::await).toList());
            }
            assertThatNobodyStarved();
        }
    }

    /** More than its share too, as nobody else wants any. */
    @Test
    void one_event_loop_gets_all_that_the_others_hold_idle() {
        try (MailSink server = calmServer();
                UpstreamLoops loops = loops(server);
                IdleClock clock = new IdleClock(loops)) {
            for (int number = 1; number < EVENT_LOOPS; number++) {
                giveBackOn(loops.loop(number), leaseOn(loops.loop(number), CONNECTIONS / EVENT_LOOPS));
            }
            List<Future<UpstreamConnection>> asked = IntStream.range(0, CONNECTIONS)
                    .mapToObj(index -> waitOn(loops, 0, clock))
                    .toList();
            giveBackOn(loops.loop(0), asked.stream().map(UpstreamLoops::await).toList());
            assertThat(loops.connections(ConnectionState.IDLE)).isEqualTo(CONNECTIONS);
            assertThatNobodyStarved();
        }
    }

    @Test
    void under_skewed_load_nobody_waits_for_long_beside_an_idle_connection() throws Exception {
        try (MailSink server = calmServer();
                UpstreamLoops loops = loops(server);
                IdleClock clock = new IdleClock(loops)) {
            // One event loop begins with all there is, and then hardly wants any; another has far more to do than it
            // can.
            giveBackOn(loops.loop(1), leaseOn(loops.loop(1), CONNECTIONS));
            List<Client> clients = new ArrayList<>();
            IntStream.range(0, 150).forEach(index -> clients.add(new Client(loops, 0, clock, 3, 0)));
            IntStream.range(0, 2).forEach(index -> clients.add(new Client(loops, 1, clock, 1, 40)));
            IntStream.range(0, 20).forEach(index -> clients.add(new Client(loops, 2, clock, 5, 15)));
            clients.add(new Client(loops, 3, clock, 1, 100));
            clients.forEach(Client::start);
            Awaitility.await("the one who wants least has come so often")
                    .atMost(SOON)
                    .until(() -> waitsOn(3) >= VISITS_OF_THE_RAREST && waits.size() > 2_000);
            over = true;
            for (Client client : clients) {
                assertThat(client.done.await(SOON.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
            }
            assertThatNobodyStarved();
            assertThat(waits.stream().map(Wait::loop)).contains(0, 1, 2, 3);
            assertThat(clock.read()).as("time with an idle connection").isPositive();
            assertThat(server.connections())
                    .as("connections, had none changed hands")
                    .isGreaterThan(CONNECTIONS);
            Awaitility.await()
                    .atMost(SOON)
                    .until(() -> loops.metric("smtpgate_upstream_queued{") == 0
                            && loops.connections(ConnectionState.IDLE) == server.openConnections());
        }
    }

    private long waitsOn(int loop) {
        return waits.stream().filter(wait -> wait.loop() == loop).count();
    }

    private void assertThatNobodyStarved() {
        assertThat(failures).isEmpty();
        assertThat(waits)
                .allSatisfy(wait -> assertThat(Duration.ofNanos(wait.besideIdleNanos()))
                        .as(wait::toString)
                        .isLessThan(LONG));
    }

    /** Takes a connection, keeps it for a while, gives it back, and comes again. */
    private final class Client {
        private final CountDownLatch done = new CountDownLatch(1);
        private final UpstreamLoops loops;
        private final int number;
        private final IdleClock clock;
        private final int keepsMillis;
        private final int pausesMillis;

        Client(UpstreamLoops loops, int number, IdleClock clock, int keepsMillis, int pausesMillis) {
            this.loops = loops;
            this.number = number;
            this.clock = clock;
            this.keepsMillis = keepsMillis;
            this.pausesMillis = pausesMillis;
        }

        void start() {
            loops.loop(number).context().runOnContext(turn -> lease());
        }

        private void lease() {
            if (over) {
                done.countDown();
                return;
            }
            askOn(loops.loop(number), number, clock)
                    .onSuccess(connection -> after(keepsMillis, () -> {
                        loops.loop(number).upstream().giveBack(connection);
                        after(pausesMillis, this::lease);
                    }))
                    .onFailure(failure -> done.countDown());
        }

        private static void after(int millis, Runnable task) {
            if (millis == 0) {
                Vertx.currentContext().runOnContext(turn -> task.run());
            } else {
                Vertx.currentContext().owner().setTimer(millis, id -> task.run());
            }
        }
    }

    private Future<UpstreamConnection> waitOn(UpstreamLoops loops, int number, IdleClock clock) {
        return loops.loop(number).submit(() -> askOn(loops.loop(number), number, clock));
    }

    /** To be called on the event loop. */
    private Future<UpstreamConnection> askOn(UpstreamLoops.Loop loop, int number, IdleClock clock) {
        long since = System.nanoTime();
        long idleBefore = clock.read();
        return loop.upstream()
                .lease(UpstreamLoops.ANYBODY, false)
                .lease()
                .onFailure(failures::add)
                .onSuccess(connection ->
                        waits.add(new Wait(number, System.nanoTime() - since, clock.read() - idleBefore)));
    }

    private static List<UpstreamConnection> leaseOn(UpstreamLoops.Loop loop, int count) {
        List<Future<UpstreamConnection>> leases = IntStream.range(0, count)
                .mapToObj(index -> loop.submit(() ->
                        loop.upstream().lease(UpstreamLoops.ANYBODY, false).lease()))
                .toList();
        return leases.stream().map(UpstreamLoops::await).toList();
    }

    private static void giveBackOn(UpstreamLoops.Loop loop, List<UpstreamConnection> connections) {
        loop.call(() -> {
            connections.forEach(loop.upstream()::giveBack);
            return null;
        });
    }

    private static MailSink calmServer() {
        return new MailSink(1, Integer.MAX_VALUE);
    }

    private static UpstreamLoops loops(MailSink server) {
        return new UpstreamLoops(
                EVENT_LOOPS,
                SampleSettings.of(SampleSettings.pool(CONNECTIONS, 1_000, Duration.ofSeconds(60)), server.port()),
                principal -> PoolKey.SHARED);
    }
}
