package org.smtpgate.oauth2;

import java.time.Duration;
import java.time.Instant;

/**
 * How long something that failed is left alone: a second, doubled with each failure up to a minute, or as long as the
 * endpoint asks, up to ten minutes. Safe for any thread.
 */
final class Backoff {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LAST = Duration.ofMinutes(1);
    private static final Duration MOST_ON_REQUEST = Duration.ofMinutes(10);

    private int failures;
    private boolean onTrial;
    private Instant until = Instant.MIN;
    private TokenException why;

    /** Why no attempt may be made now; null when one may. */
    synchronized TokenException refusal(Instant now) {
        return failures > 0 && (onTrial || now.isBefore(until)) ? why : null;
    }

    /**
     * As {@link #refusal}, but after failures it lets one attempt through, and no other until that one has
     * {@code failed}, {@code succeeded} or been {@code withdrawn}.
     */
    synchronized TokenException refusalBesidesOne(Instant now) {
        TokenException refusal = refusal(now);
        if (refusal == null && failures > 0) {
            onTrial = true;
        }
        return refusal;
    }

    /** Of attempts that were under way together one counts. */
    synchronized void failed(Instant now, TokenException reason) {
        if (onTrial || !now.isBefore(until)) {
            failures++;
            until = now.plus(delay());
        }
        onTrial = false;
        why = reason;
        until = latest(until, now.plus(least(reason.retryAfter(), MOST_ON_REQUEST)));
    }

    synchronized void succeeded() {
        failures = 0;
        onTrial = false;
        until = Instant.MIN;
        why = null;
    }

    /** The attempt was not made after all. */
    synchronized void withdrawn() {
        onTrial = false;
    }

    private Duration delay() {
        // 2^6 seconds is past a minute; shifting further would overflow.
        return least(FIRST.multipliedBy(1L << Math.min(failures - 1, 6)), LAST);
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Instant latest(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
