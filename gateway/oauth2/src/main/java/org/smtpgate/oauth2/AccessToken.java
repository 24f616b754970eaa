package org.smtpgate.oauth2;

import java.time.Duration;
import java.time.Instant;

/**
 * An access token and its times.
 *
 * @param refreshAt from when on a new one is to be fetched, while this one still serves
 * @param end from when on it does not serve any more
 */
record AccessToken(String value, Instant refreshAt, Instant end) {

    /**
     * How long a token lives whose endpoint does not say (RFC 6749 section 5.1 leaves it to documents). Short: to guess
     * too little costs a request, too much a refused login.
     */
    static final Duration DEFAULT_LIFETIME = Duration.ofMinutes(5);

    private static final Duration MAX_LIFETIME = Duration.ofDays(1);
    private static final Duration MAX_MARGIN = Duration.ofMinutes(5);
    private static final Duration MAX_WAY = Duration.ofSeconds(10);

    /**
     * A new one is fetched when a fifth of the life is left, five minutes at most. The last tenth of the life, ten
     * seconds at most, is left for the token's way to a server whose clock may be ahead.
     *
     * @param asked when the request was sent, so that the answer's way does not count
     */
    static AccessToken of(TokenResponse response, Instant asked) {
        Duration life = response.expiresIn()
                .filter(stated -> stated.compareTo(Duration.ZERO) > 0)
                .orElse(DEFAULT_LIFETIME);
        life = least(life, MAX_LIFETIME);
        Instant expiry = asked.plus(life);
        return new AccessToken(
                response.accessToken(),
                expiry.minus(least(life.dividedBy(5), MAX_MARGIN)),
                expiry.minus(least(life.dividedBy(10), MAX_WAY)));
    }

    boolean serves(Instant now) {
        return now.isBefore(end);
    }

    boolean isFresh(Instant now) {
        return now.isBefore(refreshAt);
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    @Override
    public String toString() {
        return "AccessToken[***, refreshAt=" + refreshAt + ", end=" + end + "]";
    }
}
