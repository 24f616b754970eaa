package org.smtpgate.proxy.upstream;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Whether an endpoint is taken for alive. After some failures in a row it is left out for a while; then one trial decides
 * whether it is live again, or left out for twice as long.
 *
 * <p>Has no clock: all times are {@link System#nanoTime()} or whatever stands for it. Not safe for several threads.
 */
final class EndpointHealth {
    /** By how much a pause may be shorter than it should, so that not all come back at once. */
    private static final double JITTER = 0.25;
    /** The longest pause while mail waits for it, unless already the first is to be longer. */
    private static final Duration AWAITED_MOST = Duration.ofSeconds(10);

    private final UpstreamSettings.Health settings;
    private final DoubleSupplier random;

    /** Else it is left out, until a trial succeeds. */
    private boolean live = true;

    private long since;
    /** Failures in a row. */
    private int failures;

    private long failedAt;
    /** How many times in a row it was left out. */
    private int ejections;

    private long pause;
    private boolean onTrial;
    private boolean awaited;

    /** @param random gives numbers from 0 up to 1 */
    EndpointHealth(UpstreamSettings.Health settings, DoubleSupplier random, long now) {
        this.settings = settings;
        this.random = random;
        this.since = now;
    }

    boolean live() {
        return live;
    }

    /** When it became what it is. */
    long since() {
        return since;
    }

    /** Whether it is live, but has failed just now: another one is the better choice. */
    boolean suspected(long now) {
        return failures > 0 && now - failedAt < settings.backoff().toNanos();
    }

    /** Whether it is left out, its pause is over, and nobody tries it yet. */
    boolean trialDue(long now) {
        return trialIn(now) == 0;
    }

    /** Nanoseconds until a trial is due; {@link Long#MAX_VALUE} when none will be. */
    long trialIn(long now) {
        if (live() || onTrial) {
            return Long.MAX_VALUE;
        }
        return Math.max(0, failedAt + currentPause() - now);
    }

    /** There is one trial at a time. */
    void trialBegun() {
        onTrial = true;
    }

    /** The trial could not be made; it is due again after this time. */
    void trialPutOff(long now, Duration delay) {
        onTrial = false;
        failedAt = now;
        pause = delay.toNanos();
    }

    /** An attempt to connect succeeded. True when it is live again. */
    boolean succeeded(long now) {
        failures = 0;
        if (live()) {
            return false;
        }
        onTrial = false;
        become(true, now);
        return true;
    }

    /** An attempt to connect failed. True when it is left out from now on. */
    boolean failed(long now) {
        failures++;
        failedAt = now;
        if (!live()) {
            if (onTrial) {
                onTrial = false;
                leaveOut();
            }
            return false;
        }
        if (failures < settings.failures()) {
            return false;
        }
        if (now - since >= pause) {
            // It was well for longer than it was left out: that is forgotten.
            ejections = 0;
        }
        leaveOut();
        become(false, now);
        return true;
    }

    /** It takes no more connections than it has, or has lost one: better to use others for a moment. */
    void suspect(long now) {
        failures = Math.max(1, failures);
        failedAt = now;
    }

    private void leaveOut() {
        long most = settings.backoffMax().toNanos();
        long least = Math.min(most, settings.backoff().toNanos());
        pause = least;
        for (int doubled = 0; doubled < ejections && pause < most; doubled++) {
            pause = pause > most / 2 ? most : pause * 2;
        }
        pause -= (long) (pause * JITTER * random.getAsDouble());
        ejections++;
    }

    private void become(boolean nowLive, long now) {
        live = nowLive;
        since = now;
    }

    /** How long it is left out this time. */
    Duration pause() {
        return Duration.ofNanos(currentPause());
    }

    private long currentPause() {
        long most = Math.max(AWAITED_MOST.toNanos(), settings.backoff().toNanos());
        return awaited ? Math.min(pause, most) : pause;
    }

    /** Whether mail waits for it, since no endpoint of its upstream is live: a long pause would prolong the outage. */
    void awaited(boolean now) {
        awaited = now;
    }
}
