package org.smtpgate.app.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.proxy.metrics.GatewayMetrics;
import org.smtpgate.proxy.metrics.UnknownOutcome;
import org.smtpgate.proxy.metrics.UnknownOutcomes;

/** {@code /unknown-outcomes}: all that an operator needs to look for a message, and nothing of the message. */
class UnknownOutcomesPageTest {
    private final UnknownOutcomes outcomes =
            new GatewayMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)).unknownOutcomes();
    private final JsonPage page = UnknownOutcomesPage.of(() -> Optional.of(outcomes));

    private JsonObject page(String... limit) {
        MultiMap query = MultiMap.caseInsensitiveMultiMap();
        if (limit.length > 0) {
            query.add("limit", limit[0]);
        }
        return page.content().apply(query);
    }

    private static UnknownOutcome outcome(String session, String login) {
        return new UnknownOutcome(
                Instant.parse("2026-11-25T14:43:25.301Z"),
                session,
                "submission",
                "192.0.2.7:57026",
                login,
                "<a\"\u2028@example.org>",
                List.of("<b@example.org>", "<c@example.org>"),
                2,
                20,
                "crc32c:06a7a4ef",
                "legacy",
                "10.0.0.5:25",
                "451 4.4.2 Delivery not confirmed by the upstream, please retry [" + session + "]",
                "RST (the connection broke while awaiting END_OF_DATA)",
                17);
    }

    @Test
    void everyFieldHasTheNameThatItHasInTheLog() {
        outcomes.add(outcome("3fhyfx6etb", "anna@example.org"));

        JsonObject read = new JsonObject(page().encode());

        assertThat(read).isEqualTo(new JsonObject("""
                { "kept": 1, "dropped": 0, "outcomes": [ {
                  "time": "2026-11-25T14:43:25.301Z", "session": "3fhyfx6etb", "listener": "submission",
                  "client": "192.0.2.7:57026", "login": "anna@example.org", "from": "<a\\"\\u2028@example.org>",
                  "to": [ "<b@example.org>", "<c@example.org>" ], "recipients": 2, "upstream": "legacy",
                  "endpoint": "10.0.0.5:25", "size": 20, "digest": "crc32c:06a7a4ef",
                  "reply": "451 4.4.2 Delivery not confirmed by the upstream, please retry [3fhyfx6etb]",
                  "cause": "RST (the connection broke while awaiting END_OF_DATA)", "ms": 17 } ] }
                """));
    }

    @Test
    void whatHasNoValueIsLeftOut() {
        outcomes.add(outcome("s", null));

        Set<String> fields = page().getJsonArray("outcomes").getJsonObject(0).fieldNames();

        assertThat(fields).doesNotContain("login").contains("from");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "3, 3", "999999, 150"})
    void aLimitIsKept(String limit, int expected) {
        for (int number = 0; number < 150; number++) {
            outcomes.add(outcome("s" + number, null));
        }

        assertThat(page(limit).getJsonArray("outcomes")).hasSize(expected);
        assertThat(page(limit).getInteger("kept")).isEqualTo(150);
        assertThat(page().getJsonArray("outcomes")).hasSize(100);
        assertThat(page().getJsonArray("outcomes").getJsonObject(0).getString("session"))
                .isEqualTo("s149");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "all", "", "1000000", "1e3"})
    void whatIsNoLimitIsRefused(String limit) {
        assertThatThrownBy(() -> page(limit))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limit must be a number from 0 to 999999");
    }

    @Test
    void withoutAGatewayThereAreNone() {
        JsonObject none = UnknownOutcomesPage.of(Optional::empty).content().apply(MultiMap.caseInsensitiveMultiMap());

        assertThat(none).isEqualTo(new JsonObject("{ \"kept\": 0, \"dropped\": 0, \"outcomes\": [] }"));
    }
}
