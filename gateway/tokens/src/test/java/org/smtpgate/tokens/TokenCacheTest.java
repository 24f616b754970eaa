package org.smtpgate.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenCacheTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @Test
    void nothingIsKeptBeyondTheTokensEnd() {
        TokenCache<String> cache = new TokenCache<>(CLOCK, Duration.ofMinutes(1), 10);
        cache.put("ends", "alice", Optional.of(NOW));
        cache.put("lasts", "bob", Optional.of(NOW.plusSeconds(1)));
        cache.put("says nothing", "carol", Optional.empty());

        assertThat(cache.get("ends")).isEmpty();
        assertThat(cache.get("lasts")).contains("bob");
        assertThat(cache.get("says nothing")).contains("carol");
        assertThat(cache.get("unknown")).isEmpty();
    }

    @Test
    void withoutTimeNothingIsKept() {
        TokenCache<String> cache = new TokenCache<>(CLOCK, Duration.ZERO, 10);
        cache.put("token", "alice", Optional.empty());

        assertThat(cache.get("token")).isEmpty();
    }

    @Test
    void noMoreThanSoManyAreKept() {
        TokenCache<Integer> cache = new TokenCache<>(CLOCK, Duration.ofMinutes(1), 10);
        IntStream.range(0, 1000).forEach(i -> cache.put("token " + i, i, Optional.empty()));

        assertThat(IntStream.range(0, 1000).filter(i -> cache.get("token " + i).isPresent()))
                .hasSizeLessThanOrEqualTo(10);
    }
}
