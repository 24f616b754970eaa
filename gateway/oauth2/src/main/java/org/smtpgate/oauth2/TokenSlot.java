package org.smtpgate.oauth2;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;

/** One account's token, the request for its next, and what went wrong. Safe for any thread; its lock is never held long. */
final class TokenSlot {

    /** A server that refuses new tokens too must not make each login a token request. */
    private static final Duration BETWEEN_RENEWALS = Duration.ofMinutes(1);

    private final Backoff backoff = new Backoff();
    private AccessToken current;
    private Promise<String> underWay;
    private Instant renewed = Instant.MIN;

    /**
     * What a caller gets: a token at once, or one to wait for, or a refusal.
     *
     * @param toFetch not null when the caller is to fetch a token and complete this
     */
    record Answer(String held, Future<String> awaited, TokenException refusal, Promise<String> toFetch) {
        @Override
        public String toString() {
            return "Answer[***]";
        }
    }

    synchronized Answer ask(Instant now, Backoff endpoint) {
        if (current != null && current.serves(now)) {
            Promise<String> early = current.isFresh(now) || refusal(now, endpoint) != null ? null : begun();
            return new Answer(current.value(), null, null, early);
        }
        if (underWay != null) {
            return new Answer(null, underWay.future(), null, null);
        }
        TokenException refusal = refusal(now, endpoint);
        if (refusal != null) {
            return new Answer(null, null, refusal, null);
        }
        Promise<String> promise = begun();
        return new Answer(null, promise.future(), null, promise);
    }

    private TokenException refusal(Instant now, Backoff endpoint) {
        if (underWay != null) {
            return null;
        }
        TokenException own = backoff.refusal(now);
        return own != null ? own : endpoint.refusalBesidesOne(now);
    }

    /** Null when a request is under way already. */
    private Promise<String> begun() {
        if (underWay != null) {
            return null;
        }
        underWay = Promise.promise();
        return underWay;
    }

    synchronized void fetched(AccessToken token) {
        underWay = null;
        current = token;
        backoff.succeeded();
    }

    /** Whether the token from before still serves. With {@code ownFault} this account is left alone for a while. */
    synchronized boolean failed(Instant now, TokenException why, boolean ownFault) {
        underWay = null;
        if (ownFault) {
            backoff.failed(now, why);
        }
        return serves(now);
    }

    synchronized void refused(Instant now, String token) {
        if (current != null && current.value().equals(token) && !now.isBefore(renewed.plus(BETWEEN_RENEWALS))) {
            renewed = now;
            current = null;
        }
    }

    synchronized boolean serves(Instant now) {
        return current != null && current.serves(now);
    }
}
