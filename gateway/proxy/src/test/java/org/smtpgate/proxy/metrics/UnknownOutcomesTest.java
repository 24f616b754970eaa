package org.smtpgate.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The latest transactions of unknown outcome, in bounds whatever clients and upstreams do. */
class UnknownOutcomesTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final UnknownOutcomes outcomes = new UnknownOutcomes(3, registry);

    private static UnknownOutcome outcome(String session) {
        return outcome(session, "<a@example.org>", List.of("<b@example.org>"));
    }

    private static UnknownOutcome outcome(String session, String from, List<String> to) {
        return new UnknownOutcome(
                Instant.EPOCH,
                session,
                "in",
                "192.0.2.7:1",
                null,
                from,
                to,
                to.size(),
                1,
                "d",
                "u",
                "e",
                from,
                from,
                1);
    }

    @Test
    void theNewestComeFirstAndTheOldestGo() {
        for (int number = 1; number <= 5; number++) {
            outcomes.add(outcome("s" + number));
        }

        assertThat(outcomes.latest(10)).extracting(UnknownOutcome::session).containsExactly("s5", "s4", "s3");
        assertThat(outcomes.latest(2)).extracting(UnknownOutcome::session).containsExactly("s5", "s4");
        assertThat(outcomes.latest(0)).isEmpty();
        assertThat(outcomes.kept()).isEqualTo(3);
        assertThat(outcomes.dropped()).isEqualTo(2);
        assertThat(registry.get("smtpgate.unknown.outcomes.kept").gauge().value())
                .isEqualTo(3);
        assertThat(registry.get("smtpgate.unknown.outcomes.dropped")
                        .functionCounter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void whatIsReadDoesNotChange() {
        outcomes.add(outcome("s1"));
        List<UnknownOutcome> read = outcomes.latest(10);
        outcomes.add(outcome("s2"));

        assertThat(read).extracting(UnknownOutcome::session).containsExactly("s1");
    }

    @Test
    void longTextsAreCutAndManyRecipientsCounted() {
        String address = "<" + "a".repeat(99) + ">";
        UnknownOutcome big = outcome("s", "x".repeat(100_000), Collections.nCopies(1_000, address));

        assertThat(big.from()).hasSize(1_024);
        assertThat(big.reply()).hasSize(1_024);
        assertThat(big.cause()).hasSize(1_024);
        assertThat(big.to()).hasSize(40).containsOnly(address);
        assertThat(big.recipients()).isEqualTo(1_000);
    }

    @Test
    void severalEventLoopsMayAddWhileOthersRead() throws Exception {
        UnknownOutcomes shared = new UnknownOutcomes(100, new SimpleMeterRegistry());
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<? extends Future<?>> all = IntStream.range(0, 4)
                    .mapToObj(thread -> threads.submit(() -> {
                        for (int number = 0; number < 5_000; number++) {
                            shared.add(outcome(thread + "-" + number));
                            assertThat(shared.latest(10)).isNotEmpty().doesNotContainNull();
                        }
                    }))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(shared.kept()).isEqualTo(100);
        assertThat(shared.dropped()).isEqualTo(4 * 5_000 - 100);
    }
}
