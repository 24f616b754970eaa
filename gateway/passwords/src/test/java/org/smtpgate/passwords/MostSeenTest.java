package org.smtpgate.passwords;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Function;
import org.junit.jupiter.api.Test;

class MostSeenTest {
    private final MostSeen<Integer> seen = new MostSeen<>(Function.identity(), 4096);

    @Test
    void theFirstIsUsualUntilOneIsSeen() {
        assertThat(seen.usual()).isEqualTo(4096);
        seen.saw(10_000);
        assertThat(seen.usual()).isEqualTo(10_000);
    }

    @Test
    void whatIsSeenLastIsNotUsualBeforeItIsSeenMostOften() {
        seen.saw(10_000);
        seen.saw(20_000);
        assertThat(seen.usual()).isEqualTo(10_000);
        seen.saw(20_000);
        assertThat(seen.usual()).isEqualTo(20_000);
    }

    @Test
    void kindsBeyondTheSixteenthAreNotRemembered() {
        for (int kind = 1; kind <= 16; kind++) {
            seen.saw(kind);
        }
        seen.saw(17);
        seen.saw(17);
        assertThat(seen.usual()).isEqualTo(1);
        seen.saw(16);
        assertThat(seen.usual()).isEqualTo(16);
    }
}
