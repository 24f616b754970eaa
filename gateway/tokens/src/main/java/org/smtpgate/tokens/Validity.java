package org.smtpgate.tokens;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.smtpgate.auth.Settings;

/**
 * From when to when a token is good (RFC 7519 sections 4.1.4 and 4.1.5).
 *
 * @param skew how far the issuer's clock and this one may be apart
 */
public record Validity(Clock clock, Duration skew) {

    /** A skew of the configuration. */
    public static Duration skew(Settings settings) {
        return settings.duration("clock-skew", Duration.ofSeconds(30), Duration.ZERO, Duration.ofMinutes(5));
    }

    /** @throws RefusedTokenException when the token is not good now, or has no end */
    public void check(Claims claims) {
        if (claims.time("exp").isEmpty()) {
            throw new RefusedTokenException(Refusal.EXPIRED, "it has no end (exp)");
        }
        checkWhatIsSaid(claims);
    }

    /** Likewise, but a time that is not said is no matter. */
    public void checkWhatIsSaid(Claims claims) {
        Instant now = clock.instant();
        claims.time("exp").filter(end -> !now.minus(skew).isBefore(end)).ifPresent(end -> {
            throw new RefusedTokenException(Refusal.EXPIRED, "it has ended");
        });
        claims.time("nbf").filter(begin -> now.plus(skew).isBefore(begin)).ifPresent(begin -> {
            throw new RefusedTokenException(Refusal.NOT_YET_VALID, "it is not valid yet (nbf)");
        });
    }
}
