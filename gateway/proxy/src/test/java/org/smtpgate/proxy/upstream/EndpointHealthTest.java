package org.smtpgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.upstream.UpstreamSettings.Health;

/** The states of an endpoint, and when it goes from one to the other; the clock is a number. */
class EndpointHealthTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Health SETTINGS =
            new Health(Duration.ZERO, Duration.ofSeconds(10), false, 3, Duration.ofSeconds(1), Duration.ofMinutes(5));

    private long now = Long.MAX_VALUE - SECOND;
    private final EndpointHealth health = new EndpointHealth(SETTINGS, () -> 0, now);

    @Test
    void it_is_left_out_after_three_failures_in_a_row_and_not_before() {
        assertThat(health.failed(now)).isFalse();
        assertThat(health.failed(now)).isFalse();
        assertThat(health.live()).isTrue();
        health.succeeded(now);
        assertThat(health.failed(now)).isFalse();
        assertThat(health.failed(now)).isFalse();
        assertThat(health.failed(now)).isTrue();
        assertThat(health.live()).isFalse();
    }

    @Test
    void others_are_better_for_a_moment_after_one_failure() {
        health.failed(now);
        assertThat(health.suspected(now)).isTrue();
        // Past the end of the numbers, as System.nanoTime() may go.
        now += SECOND;
        assertThat(health.suspected(now)).isFalse();
        health.failed(now);
        health.succeeded(now);
        assertThat(health.suspected(now)).isFalse();
    }

    @Test
    void one_trial_at_a_time_decides_when_the_pause_is_over() {
        ejected();
        assertThat(health.trialDue(now)).isFalse();
        assertThat(health.trialIn(now)).isEqualTo(SECOND);
        now += SECOND;
        assertThat(health.trialDue(now)).isTrue();
        health.trialBegun();
        assertThat(health.trialDue(now)).as("while another one is under way").isFalse();
        assertThat(health.succeeded(now)).isTrue();
        assertThat(health.live()).isTrue();
        assertThat(health.since()).isEqualTo(now);
    }

    @Test
    void each_trial_that_fails_doubles_the_pause_up_to_its_bound() {
        ejected();
        long[] seconds = {2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300};
        for (long expected : seconds) {
            now += health.trialIn(now);
            assertThat(health.trialDue(now)).isTrue();
            health.trialBegun();
            assertThat(health.failed(now)).as("news").isFalse();
            assertThat(health.trialIn(now)).isEqualTo(expected * SECOND);
        }
    }

    @Test
    void while_mail_waits_for_it_no_pause_is_longer_than_ten_seconds_or_the_first() {
        ejected();
        for (int i = 0; i < 8; i++) {
            trialFails();
        }
        assertThat(health.trialIn(now)).isEqualTo(256 * SECOND);
        health.awaited(true);
        assertThat(health.trialIn(now)).isEqualTo(10 * SECOND);
        assertThat(health.pause()).isEqualTo(Duration.ofSeconds(10));
        health.awaited(false);
        assertThat(health.trialIn(now)).as("once another is live").isEqualTo(256 * SECOND);

        Duration minute = Duration.ofMinutes(1);
        EndpointHealth patient = new EndpointHealth(
                new Health(Duration.ZERO, Duration.ofSeconds(10), false, 1, minute, Duration.ofMinutes(5)),
                () -> 0,
                now);
        patient.awaited(true);
        patient.failed(now);
        assertThat(patient.pause()).as("as it is configured").isEqualTo(minute);
    }

    @Test
    void one_that_dies_again_soon_is_left_out_for_longer_and_one_that_was_well_for_long_is_not() {
        ejected();
        trialSucceeds();
        ejected();
        assertThat(health.pause()).isEqualTo(Duration.ofSeconds(2));
        trialSucceeds();
        now += 3 * SECOND;
        ejected();
        assertThat(health.pause()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void clients_that_fail_while_it_is_left_out_neither_count_as_the_trial_nor_prolong_the_pause() {
        ejected();
        health.trialBegun();
        health.trialPutOff(now, Duration.ofSeconds(1));
        assertThat(health.failed(now)).isFalse();
        assertThat(health.pause()).isEqualTo(Duration.ofSeconds(1));
        now += SECOND;
        assertThat(health.trialDue(now)).isTrue();
    }

    @Test
    void a_connection_that_is_made_by_whomever_makes_it_live() {
        ejected();
        assertThat(health.succeeded(now)).isTrue();
        assertThat(health.live()).isTrue();
    }

    @Test
    void one_that_is_full_is_suspected_and_never_left_out() {
        for (int i = 0; i < 10; i++) {
            health.suspect(now);
        }
        assertThat(health.live()).isTrue();
        assertThat(health.suspected(now)).isTrue();
    }

    @Test
    void pauses_differ_by_up_to_a_quarter() {
        EndpointHealth early = new EndpointHealth(SETTINGS, () -> 0.999, now);
        for (int i = 0; i < 3; i++) {
            early.failed(now);
        }
        assertThat(early.pause()).isBetween(Duration.ofMillis(750), Duration.ofMillis(751));
    }

    private void ejected() {
        for (int i = 0; i < 3; i++) {
            health.failed(now);
        }
        assertThat(health.live()).isFalse();
    }

    private void trialFails() {
        now += health.trialIn(now);
        health.trialBegun();
        health.failed(now);
    }

    private void trialSucceeds() {
        now += health.trialIn(now);
        health.trialBegun();
        health.succeeded(now);
    }
}
