package org.smtpgate.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/** What was said of good tokens, for a while, by their digest: no token is kept. Bounded; safe for any thread. */
public final class TokenCache<V> {
    private record Entry<V>(V value, Instant end) {}

    private final Clock clock;
    private final Duration time;
    private final Cache<String, Entry<V>> entries;

    /**
     * @param time how long an answer is believed at most; zero for not at all
     * @param size of how many tokens
     */
    public TokenCache(Clock clock, Duration time, int size) {
        this.clock = clock;
        this.time = time;
        this.entries = Caffeine.newBuilder()
                .maximumSize(size)
                .expireAfterWrite(time)
                .executor(Runnable::run)
                .build();
    }

    public Optional<V> get(String token) {
        return Optional.ofNullable(entries.getIfPresent(digest(token)))
                .filter(entry -> clock.instant().isBefore(entry.end()))
                .map(Entry::value);
    }

    /** @param end of the token itself, beyond which nothing is kept */
    public void put(String token, V value, Optional<Instant> end) {
        Instant latest = clock.instant().plus(time);
        Instant until = end.filter(latest::isAfter).orElse(latest);
        entries.put(digest(token), new Entry<>(value, until));
    }

    private static String digest(String token) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
