package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.RealServers;
import org.smtpgate.it.monitoring.Alert;
import org.smtpgate.it.monitoring.Dashboard;
import org.smtpgate.it.monitoring.MetricsPage;
import org.smtpgate.it.monitoring.PromQl;
import org.smtpgate.it.monitoring.PrometheusServer;
import org.smtpgate.it.monitoring.Repository;
import org.smtpgate.it.monitoring.Scrape;
import org.smtpgate.it.monitoring.Traffic;

/** What a gateway in use counts is what happened, and what the dashboard and the alerts ask for is there. */
class MonitoringTest {
    private static final String RULES = "grafana/alerts/smtpgate.yaml";
    private static final String RULES_TEST = "grafana/alerts/smtpgate_test.yaml";
    private static final Dashboard DASHBOARD = new Dashboard(Repository.read("grafana/dashboards/overview.json"));
    private static final MetricsPage PAGE = new MetricsPage(Repository.read("gateway/docs/metrics.md"));
    private static final List<Alert> ALERTS = Alert.in(Repository.read(RULES));
    /** Those that Prometheus adds to what it scrapes. */
    private static final Set<String> LABELS_OF_PROMETHEUS = Set.of("instance", "job");

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    static Path folder;

    private static Traffic traffic;
    private static PrometheusServer prometheus;
    private static Scrape pooling;
    private static Scrape keeping;

    @BeforeAll
    static void letTrafficFlow() throws IOException {
        traffic = new Traffic(folder);
        if (RealServers.has("prometheus")) {
            prometheus = new PrometheusServer(
                    Files.createDirectory(folder.resolve("prometheus")), Repository.path(RULES), traffic.adminPorts());
        }
        traffic.flow();
        pooling = new Scrape(traffic.pooling().metrics());
        keeping = new Scrape(traffic.keeping().metrics());
    }

    @AfterAll
    static void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
        if (traffic != null) {
            traffic.close();
        }
    }

    // What happened

    @ParameterizedTest
    @CsvSource({"accepted,10", "rejected,1", "deferred,2", "aborted,1", "unknown,1"})
    void transactionsAreCountedByWhatBecameOfThem(String outcome, int count) {
        assertThat(pooling.sum("smtpgate_transactions_total", "outcome", outcome))
                .isEqualTo(count);
    }

    @ParameterizedTest
    @CsvSource({
        "PLAIN,staff,accepted,2",
        "PLAIN,staff,rejected,1",
        "PLAIN,none,rejected,1",
        "PLAIN,none,malformed,1",
        "LOGIN,none,cancelled,1",
        "PLAIN,staff,unavailable,0"
    })
    void loginsAreCountedByHowTheyEnded(String mechanism, String backend, String outcome, int count) {
        assertThat(pooling.sum(
                        "smtpgate_auth_attempts_total", "mechanism", mechanism, "backend", backend, "outcome", outcome))
                .isEqualTo(count);
    }

    @ParameterizedTest
    @CsvSource({
        "smtpgate_token_request_seconds_count,outcome,granted,2",
        "smtpgate_token_served_total,held,false,2",
        "smtpgate_token_served_total,held,true,1",
        "smtpgate_token_refused_total,tokens,office,1",
        "smtpgate_token_held,tokens,office,1",
        "smtpgate_token_failures_total,tokens,office,0"
    })
    void tokensAreCountedByWhatBecameOfThem(String metric, String label, String value, int count) {
        assertThat(pooling.sum(metric, label, value)).isEqualTo(count);
    }

    @ParameterizedTest
    @CsvSource({"421,idle,1", "rst,idle,1", "rst,leased,2", "fin,idle,1"})
    void connectionsThatAnUpstreamEndedAreCountedByHowAndWhere(String how, String state, int count) {
        assertThat(pooling.sum("smtpgate_upstream_closed_total", "by", "upstream", "how", how, "state", state))
                .isEqualTo(count);
    }

    @ParameterizedTest
    @CsvSource({"rst", "421"})
    void aSessionThatAnUpstreamEndedSaysHowTheUpstreamDidItAndWhatTheClientWasTold(String how) {
        assertThat(keeping.sum(
                        "smtpgate_sessions_closed_total", "by", "upstream", "how", how, "state", "idle", "told", "221"))
                .isEqualTo(1);
        assertThat(keeping.sum("smtpgate_sessions_closed_total", "by", "upstream"))
                .isEqualTo(2);
    }

    @Test
    void whatBeganHasEnded() {
        for (Scrape scrape : List.of(pooling, keeping)) {
            double sessions = scrape.sum("smtpgate_sessions_opened_total");
            assertThat(scrape.sum("smtpgate_sessions_closed_total")).isEqualTo(sessions);
            assertThat(scrape.sum("smtpgate_session_duration_seconds_count")).isEqualTo(sessions);
            assertThat(scrape.sum("smtpgate_sessions_open")).isZero();
            assertThat(scrape.sum("smtpgate_transaction_duration_seconds_count"))
                    .isEqualTo(scrape.sum("smtpgate_transactions_total"));
            assertThat(scrape.sum("smtpgate_upstream_closed_total"))
                    .isEqualTo(scrape.sum("smtpgate_upstream_connect_seconds_count", "outcome", "done"));
            assertThat(scrape.sum("smtpgate_upstream_connections")).isZero();
            assertThat(scrape.sum("smtpgate_upstream_queued")).isZero();
            assertThat(scrape.sum("smtpgate_auth_pending")).isZero();
        }
    }

    @Test
    void everyTransactionWaitedOnceForAConnectionAndOnceMoreForARetry() {
        assertThat(pooling.sum("smtpgate_upstream_retries_total")).isEqualTo(1);
        assertThat(pooling.sum("smtpgate_upstream_wait_seconds_count", "outcome", "unreachable"))
                .isEqualTo(1);
        assertThat(pooling.sum("smtpgate_upstream_wait_seconds_count"))
                .isEqualTo(pooling.sum("smtpgate_transactions_total") + 1);
    }

    // What is asked for

    @Test
    void whatThePanelsAskForIsThere() {
        assertThat(DASHBOARD.queries()).hasSizeGreaterThan(40);
        DASHBOARD.queries().forEach(query -> assertIsThere(query.toString(), query.over("1m")));
        DASHBOARD
                .variables()
                .forEach(variable -> assertThat(pooling.labels(variable.metric()))
                        .as(variable.toString())
                        .contains(variable.label()));
    }

    @Test
    void whatTheAlertsAskForIsThere() {
        assertThat(ALERTS).hasSizeGreaterThan(10);
        ALERTS.forEach(alert -> assertIsThere(alert.name(), alert.expression()));
    }

    private static void assertIsThere(String as, String expression) {
        PromQl names = PromQl.of(expression);
        assertThat(names.selected()).as(as).isNotEmpty();
        assertThat(pooling.names()).as(as).containsAll(names.selected().keySet());
        names.selected()
                .forEach((metric, labels) ->
                        assertThat(pooling.labels(metric)).as(as).containsAll(labels));
        for (String label : names.ignored()) {
            assertThat(names.selected().keySet())
                    .as(as + " ignoring " + label)
                    .anyMatch(metric -> pooling.labels(metric).contains(label));
        }
        for (String label : names.grouped()) {
            assertThat(names.selected().keySet())
                    .as(as + " by " + label)
                    .allMatch(metric -> LABELS_OF_PROMETHEUS.contains(label)
                            || pooling.labels(metric).contains(label));
        }
    }

    @Test
    void everyPanelHasAUnitAndTellsWhatToDo() {
        assertThat(DASHBOARD.json().getInteger("schemaVersion")).isGreaterThanOrEqualTo(39);
        DASHBOARD.panels().forEach(panel -> {
            String title = panel.getString("title");
            assertThat(panel.getString("description")).as(title).hasSizeGreaterThan(15);
            assertThat(panel.getJsonObject("fieldConfig")
                            .getJsonObject("defaults")
                            .getString("unit"))
                    .as(title)
                    .isNotBlank();
            assertThat(panel.getJsonObject("datasource").getString("uid"))
                    .as(title)
                    .isEqualTo("${datasource}");
        });
    }

    @Test
    void everyAlertTellsWhatToDoAndHasATest() {
        String tests = Repository.read(RULES_TEST);
        for (Alert alert : ALERTS) {
            assertThat(alert.annotations()).as(alert.name()).containsOnlyKeys("summary", "description", "runbook");
            assertThat(alert.labels().get("severity")).as(alert.name()).isIn("warning", "critical");
            assertThat(tests).matches("(?s).*alertname(=\"|: )" + alert.name() + "\\b.*");
        }
    }

    // What the page says

    @Test
    void thePageHasEveryMetricWithItsKindAndItsLabelsAndNoOther() {
        Map<String, MetricsPage.Metric> exported = new TreeMap<>();
        pooling.kinds().forEach((name, kind) -> exported.put(name, new MetricsPage.Metric(kind, labels(name))));
        exported.keySet()
                .removeIf(name -> exported.containsKey(name.replaceFirst("_max$", "")) && name.endsWith("_max"));

        assertThat(PAGE.metrics()).isEqualTo(exported);
    }

    private static Set<String> labels(String metric) {
        Set<String> labels = pooling.labels(metric);
        labels.remove("le");
        return labels;
    }

    @ParameterizedTest
    @ValueSource(strings = {"by", "how", "state", "told", "outcome", "class", "mechanism"})
    void thePageHasEveryValueOfALabel(String label) {
        assertThat(PAGE.values(label)).containsAll(pooling.values("smtpgate_", label));
    }

    @ParameterizedTest
    @CsvSource({"A session,session", "A transaction,transaction"})
    void thePageHasEveryFieldOfALogLine(String heading, String logger) {
        Set<String> written = written(logger);

        assertThat(PAGE.fields(heading)).isEqualTo(written);
        assertThat(MetricsPage.keys(PAGE.example(heading))).isEqualTo(written);
    }

    @Test
    void thePageHasEveryFieldOfALoginThatFailed() {
        Set<String> written = written("auth");

        assertThat(MetricsPage.keys(PAGE.example("A login that failed"))).isEqualTo(written);
        assertThat(PAGE.fields("A login that failed")).containsAll(written).contains("reason");
    }

    private static Set<String> written(String logger) {
        return traffic.pooling()
                .output()
                .lines()
                .filter(line -> line.contains(" logger=" + logger + " "))
                .flatMap(line -> MetricsPage.keys(line).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theAdminServerShowsTheUnknownOutcomeWithTheFieldsOfItsLogLine() {
        String line = traffic.pooling()
                .output()
                .lines()
                .filter(one -> one.contains(" outcome=unknown "))
                .findFirst()
                .orElseThrow();
        JsonObject page = new JsonObject(traffic.pooling().page("/unknown-outcomes"));
        JsonObject shown = page.getJsonArray("outcomes").getJsonObject(0);
        Set<String> fields = new TreeSet<>(MetricsPage.keys(line));
        fields.remove("outcome");
        fields.add("time");

        assertThat(page.getInteger("kept")).isEqualTo(1);
        assertThat(shown.fieldNames()).containsExactlyInAnyOrderElementsOf(fields);
        assertThat(line)
                .contains(" session=" + shown.getString("session") + " ", " digest=" + shown.getString("digest") + " ");
    }

    @Test
    void aHandshakeThatFailedIsNotLoggedAsTls() {
        assertThat(traffic.pooling().output().lines().filter(line -> line.contains(" how=tls ")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(MetricsPage.keys(line)).doesNotContain("tls"));
    }

    @Test
    void aDigestHasAllItsDigits() {
        assertThat(traffic.pooling().output().lines().filter(line -> line.contains(" digest=")))
                .isNotEmpty()
                .allMatch(line -> line.matches(".* digest=crc32c:[0-9a-f]{8} .*"));
    }

    // What Prometheus makes of it

    static List<Dashboard.Query> queries() {
        return DASHBOARD.queries();
    }

    @ParameterizedTest
    @MethodSource("queries")
    void prometheusAnswersEveryPanel(Dashboard.Query query) {
        awaitAllScraped();

        assertThat(prometheus().values(query.over("5m"))).anyMatch(Double::isFinite);
    }

    @Test
    void prometheusHasValuesForEveryVariable() {
        awaitAllScraped();

        assertThat(DASHBOARD.variables()).extracting("name").containsExactly("listener", "upstream");
        assertThat(DASHBOARD.variables())
                .allSatisfy(variable -> assertThat(prometheus().labelValues(variable.metric(), variable.label()))
                        .isNotEmpty());
    }

    @Test
    void prometheusFiresForTheUnknownOutcomeAndSaysWhereItWas() {
        await("the alert")
                .atMost(SOON)
                .until(() -> !prometheus().firing("SmtpgateUnknownOutcomes").isEmpty());
        assertThat(prometheus().firing("SmtpgateUnknownOutcomes"))
                .singleElement()
                .satisfies(annotations -> assertThat(annotations.getString("description"))
                        .startsWith("1 messages from plain went to mail"));
    }

    @Test
    void promtoolFindsTheRulesRight() {
        String promtool = RealServers.require("promtool");

        Execution.of(promtool, "check", "rules", "--lint=all", "--lint-fatal", path(RULES))
                .succeeded();
        Execution.of(promtool, "test", "rules", path(RULES_TEST)).succeeded();
    }

    @Test
    void promtoolHasNothingToSayAgainstTheMetrics() throws IOException {
        String promtool = RealServers.require("promtool");
        Path metrics =
                Files.writeString(folder.resolve("metrics"), traffic.pooling().metrics());

        assertThat(Execution.reading(metrics, promtool, "check", "metrics")
                        .succeeded()
                        .output())
                .isBlank();
    }

    private static PrometheusServer prometheus() {
        return prometheus != null ? prometheus : RealServers.missing("prometheus is not installed");
    }

    private static String path(String relative) {
        return Repository.path(relative).toString();
    }

    /** Until then the last things that happened may be unknown to it. */
    private static void awaitAllScraped() {
        double all = pooling.sum("smtpgate_replies_total") + keeping.sum("smtpgate_replies_total");
        await("all replies have been scraped")
                .atMost(SOON)
                .until(() -> prometheus().values("sum(smtpgate_replies_total)").equals(List.of(all)));
    }
}
