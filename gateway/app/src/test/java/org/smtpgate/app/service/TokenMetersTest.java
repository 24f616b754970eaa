package org.smtpgate.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.smtpgate.oauth2.TokenFailure;
import org.smtpgate.testkit.auth.LogCapture;

/** What is told of tokens is counted by the source's name, and by nothing that a client chose. */
class TokenMetersTest {
    private static final String ACCOUNT = "anna@example.org";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final TokenMeters meters = new TokenMeters(registry, "office");

    @Test
    void allThatMayHappenIsThereFromTheStart() {
        meters.held(() -> 0);

        for (String series : new String[] {
            "smtpgate_token_request_seconds_count{outcome=\"granted\",tokens=\"office\"} 0",
            "smtpgate_token_request_seconds_count{outcome=\"client_refused\",tokens=\"office\"} 0",
            "smtpgate_token_failures_total{held=\"true\",outcome=\"unavailable\",tokens=\"office\"} 0.0",
            "smtpgate_token_failures_total{held=\"false\",outcome=\"not_stored\",tokens=\"office\"} 0.0",
            "smtpgate_token_served_total{held=\"true\",tokens=\"office\"} 0.0",
            "smtpgate_token_refused_total{tokens=\"office\"} 0.0",
            "smtpgate_token_unsaved_total{tokens=\"office\"} 0.0",
            "smtpgate_token_held{tokens=\"office\"} 0.0"
        }) {
            assertThat(registry.scrape()).contains(series);
        }
    }

    @Test
    void requestsAreCountedByHowTheyEnded() {
        meters.requested(Optional.empty(), Duration.ofMillis(80));
        meters.requested(Optional.of(TokenFailure.GRANT_REFUSED), Duration.ofMillis(80));

        assertThat(registry.scrape())
                .contains("smtpgate_token_request_seconds_bucket{outcome=\"granted\",tokens=\"office\",le=\"0.1\"} 1")
                .contains("smtpgate_token_request_seconds_count{outcome=\"grant_refused\",tokens=\"office\"} 1")
                .contains("smtpgate_token_request_seconds_count{outcome=\"unavailable\",tokens=\"office\"} 0");
    }

    @Test
    void aRefreshTokenThatIsNotOnTheDiskIsAnErrorOfItsAccount() {
        try (LogCapture log = LogCapture.start()) {
            meters.unsaved(ACCOUNT, "the token file x cannot be written: No space left on device");

            assertThat(log.text())
                    .startsWith("ERROR smtpgate.tokens tokens office: ")
                    .contains(ACCOUNT, "No space left on device", "lost with this process");
        }
        assertThat(registry.scrape())
                .contains("smtpgate_token_unsaved_total{tokens=\"office\"} 1.0")
                .doesNotContain(ACCOUNT);
    }

    @Test
    void anAccountOfAnyLengthMakesALineOfABoundedOne() {
        try (LogCapture log = LogCapture.start()) {
            meters.refused("a".repeat(10_000));

            assertThat(log.text()).startsWith("INFO ").hasSizeLessThan(400);
        }
    }
}
