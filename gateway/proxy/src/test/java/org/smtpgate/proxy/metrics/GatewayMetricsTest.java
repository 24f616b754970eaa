package org.smtpgate.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The meters as Prometheus reads them: names, help, labels and values are what dashboards are built on. */
class GatewayMetricsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final GatewayMetrics metrics = new GatewayMetrics(registry);
    private final ListenerMeters listener = metrics.listener("submission");
    private final UpstreamMeters upstream = metrics.upstream("legacy");
    private final AuthMeters auth = metrics.authentication("submission");

    @Test
    void theSeriesOfAListenerAndItsRouteExistBeforeTheFirstClient() {
        listener.transactions("legacy");

        assertThat(value("smtpgate_sessions_open{listener=\"submission\"}")).isZero();
        assertThat(value("smtpgate_sessions_opened_total{listener=\"submission\"}"))
                .isZero();
        for (String severity : List.of("2xx", "3xx", "4xx", "5xx")) {
            assertThat(value("smtpgate_replies_total{class=\"" + severity + "\",listener=\"submission\"}"))
                    .isZero();
        }
        for (String outcome : List.of("accepted", "rejected", "deferred", "aborted", "unknown")) {
            assertThat(value("smtpgate_transactions_total{listener=\"submission\",outcome=\"" + outcome
                            + "\",upstream=\"legacy\"}"))
                    .isZero();
        }
    }

    @Test
    void theSeriesOfAnUpstreamExistBeforeTheFirstConnection() {
        for (String state : List.of("connecting", "idle", "leased", "resetting", "closing")) {
            assertThat(value("smtpgate_upstream_connections{state=\"" + state + "\",upstream=\"legacy\"}"))
                    .isZero();
        }
        for (String outcome : List.of("granted", "timed_out", "queue_full", "unreachable", "stopping")) {
            assertThat(value("smtpgate_upstream_wait_seconds_count{outcome=\"" + outcome + "\",upstream=\"legacy\"}"))
                    .isZero();
        }
        for (String outcome : List.of("done", "failed")) {
            assertThat(value(
                            "smtpgate_upstream_connect_seconds_count{outcome=\"" + outcome + "\",upstream=\"legacy\"}"))
                    .isZero();
        }
        assertThat(value("smtpgate_upstream_queued{upstream=\"legacy\"}")).isZero();
        for (String sent : List.of("mail", "envelope")) {
            for (String outcome : List.of("done", "failed")) {
                assertThat(value("smtpgate_upstream_retries_total{outcome=\"" + outcome + "\",sent=\"" + sent
                                + "\",upstream=\"legacy\"}"))
                        .isZero();
            }
        }
    }

    @Test
    void everyNameIsWellFormedAndHasAHelpText() {
        useEverything();

        List<String> names =
                lines("# TYPE ").stream().map(line -> line.split(" ")[2]).toList();
        assertThat(names).hasSizeGreaterThan(20);
        assertThat(names).allMatch(name -> name.matches("smtpgate(_[a-z]+)+"));
        assertThat(names).noneMatch(name -> name.matches(".*_(total|seconds|bytes)_(total_)?\\1.*"));
        for (String name : names) {
            assertThat(lines("# HELP " + name + " "))
                    .singleElement()
                    .satisfies(line -> assertThat(line.substring(("# HELP " + name).length()))
                            .isNotBlank());
        }
    }

    @Test
    void aHistogramHasFewBuckets() {
        useEverything();

        assertThat(lines("smtpgate_auth_duration_seconds_bucket")).hasSizeBetween(5, 10);
        assertThat(lines("smtpgate_session_duration_seconds_bucket")).hasSizeBetween(5, 10);
        assertThat(lines("smtpgate_transaction_duration_seconds_bucket")).hasSizeBetween(5, 10);
    }

    @Test
    void aSessionIsOpenUntilItIsClosedAndItsEndSaysWhoAndHow() {
        listener.sessionOpened();
        listener.sessionOpened();
        listener.sessionClosed(ClosedBy.GATEWAY, How.REPLY_421, Phase.AWAITING_REPLY, Told.REPLY_421, 2 * SECOND);

        assertThat(value("smtpgate_sessions_opened_total{listener=\"submission\"}"))
                .isEqualTo(2);
        assertThat(value("smtpgate_sessions_open{listener=\"submission\"}")).isEqualTo(1);
        assertThat(value("smtpgate_sessions_closed_total{by=\"gateway\",how=\"421\",listener=\"submission\","
                        + "state=\"awaiting_reply\",told=\"421\"}"))
                .isEqualTo(1);
        assertThat(value("smtpgate_session_duration_seconds_sum{listener=\"submission\"}"))
                .isEqualTo(2);
    }

    @Test
    void aTransactionIsCountedByItsOutcomeWithItsContent() {
        listener.transactions("legacy").ended(Outcome.UNKNOWN, 1_000, SECOND);
        listener.transactions("legacy").ended(Outcome.ACCEPTED, 24, SECOND);

        String labels = "listener=\"submission\",upstream=\"legacy\"}";
        assertThat(value(
                        "smtpgate_transactions_total{listener=\"submission\",outcome=\"unknown\",upstream=\"legacy\"}"))
                .isEqualTo(1);
        assertThat(value("smtpgate_content_bytes_total{" + labels)).isEqualTo(1_024);
        assertThat(value("smtpgate_transaction_duration_seconds_count{" + labels))
                .isEqualTo(2);
    }

    @Test
    void repliesAreCountedByTheirFirstDigit() {
        List.of(220, 250, 354, 421, 451, 550).forEach(listener::reply);

        assertThat(value("smtpgate_replies_total{class=\"2xx\",listener=\"submission\"}"))
                .isEqualTo(2);
        assertThat(value("smtpgate_replies_total{class=\"4xx\",listener=\"submission\"}"))
                .isEqualTo(2);
    }

    @Test
    void aLoginIsCountedByMechanismBackendAndOutcomeAndTimedByBackend() {
        auth.judged("staff", SECOND / 2);
        auth.attempted("PLAIN", "staff", AuthResult.UNAVAILABLE);

        assertThat(value("smtpgate_auth_attempts_total{backend=\"staff\",listener=\"submission\","
                        + "mechanism=\"PLAIN\",outcome=\"unavailable\"}"))
                .isEqualTo(1);
        assertThat(value("smtpgate_auth_duration_seconds_sum{backend=\"staff\",listener=\"submission\"}"))
                .isEqualTo(0.5);
    }

    @Test
    void loginsThatABackendOwesAreCounted() {
        auth.asked("staff");
        auth.asked("staff");
        auth.answered("staff");

        assertThat(value("smtpgate_auth_pending{backend=\"staff\",listener=\"submission\"}"))
                .isEqualTo(1);
    }

    @Test
    void aLoginThatReachedNoBackendMakesNoBackendLookFast() {
        auth.expect(List.of("PLAIN"), List.of("staff"));

        auth.attempted("PLAIN", AuthMeters.NO_BACKEND, AuthResult.MALFORMED);

        assertThat(value("smtpgate_auth_duration_seconds_count{backend=\"staff\",listener=\"submission\"}"))
                .isZero();
    }

    @Test
    void whatIsRareExistsBeforeItOccursSoThatItsFirstOccurrenceIsSeenAsAnIncrease() {
        auth.expect(List.of("PLAIN"), List.of("staff"));

        assertThat(value("smtpgate_auth_attempts_total{backend=\"staff\",listener=\"submission\","
                        + "mechanism=\"PLAIN\",outcome=\"unavailable\"}"))
                .isZero();
        assertThat(value("smtpgate_upstream_closed_total{by=\"upstream\",how=\"rst\",state=\"idle\","
                        + "upstream=\"legacy\"}"))
                .isZero();
        assertThat(value("smtpgate_sessions_closed_total{by=\"upstream\",how=\"rst\",listener=\"submission\","
                        + "state=\"idle\",told=\"221\"}"))
                .isZero();
    }

    @Test
    void theBoundsStandBesideWhatTheyBound() {
        listener.sessionsLimit(1_000);
        upstream.connectionsLimit(50);
        upstream.queueAdded(100);
        upstream.queueAdded(100);
        upstream.waitBegan();
        upstream.waitBegan();
        upstream.waitEnded(WaitResult.GRANTED, SECOND);

        assertThat(value("smtpgate_sessions_limit{listener=\"submission\"}")).isEqualTo(1_000);
        assertThat(value("smtpgate_upstream_connections_limit{upstream=\"legacy\"}"))
                .isEqualTo(50);
        assertThat(value("smtpgate_upstream_queue_limit{upstream=\"legacy\"}")).isEqualTo(200);
        assertThat(value("smtpgate_upstream_queued{upstream=\"legacy\"}")).isEqualTo(1);
    }

    @Test
    void aWaitIsTimedByHowItEnded() {
        upstream.waitEnded(WaitResult.TIMED_OUT, 30 * SECOND);

        assertThat(value("smtpgate_upstream_wait_seconds_sum{outcome=\"timed_out\",upstream=\"legacy\"}"))
                .isEqualTo(30);
    }

    @Test
    void connectionsThatMoveOnSeveralThreadsAreAllAccountedFor() {
        List<CompletableFuture<Void>> eventLoops = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            eventLoops.add(CompletableFuture.runAsync(this::bearLeaseAndEndConnections));
        }
        eventLoops.forEach(CompletableFuture::join);

        assertThat(value("smtpgate_upstream_connections{state=\"connecting\",upstream=\"legacy\"}"))
                .isZero();
        assertThat(value("smtpgate_upstream_connections{state=\"leased\",upstream=\"legacy\"}"))
                .isZero();
        assertThat(value("smtpgate_upstream_connections{state=\"idle\",upstream=\"legacy\"}"))
                .isEqualTo(4);
    }

    @Test
    void theSameNameGivesTheSameMeters() {
        assertThat(metrics.listener("submission")).isSameAs(listener);
        assertThat(metrics.upstream("legacy")).isSameAs(upstream);
        assertThat(metrics.authentication("submission")).isSameAs(auth);
    }

    private void bearLeaseAndEndConnections() {
        upstream.moved(null, ConnectionState.IDLE);
        for (int i = 0; i < 10_000; i++) {
            upstream.moved(null, ConnectionState.CONNECTING);
            upstream.moved(ConnectionState.CONNECTING, ConnectionState.LEASED);
            upstream.moved(ConnectionState.LEASED, null);
        }
    }

    private void useEverything() {
        listener.sessionOpened();
        listener.tlsHandshake(true);
        listener.transactions("legacy").ended(Outcome.ACCEPTED, 1, SECOND);
        listener.sessionClosed(ClosedBy.CLIENT, How.QUIT, Phase.IDLE, Told.REPLY_221, SECOND);
        auth.asked("staff");
        auth.judged("staff", SECOND);
        auth.attempted("PLAIN", "staff", AuthResult.ACCEPTED);
        upstream.closed(ClosedBy.UPSTREAM, How.FIN, ConnectionState.IDLE);
    }

    private double value(String series) {
        List<String> found = lines(series + " ");
        assertThat(found).as("lines of %s in%n%s", series, registry.scrape()).hasSize(1);
        return Double.parseDouble(found.get(0).substring(series.length() + 1));
    }

    private List<String> lines(String beginning) {
        return registry.scrape()
                .lines()
                .filter(line -> line.startsWith(beginning))
                .toList();
    }
}
