package org.smtpgate.oauth2;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tokens of one source, kept while they last. However many callers wait for an account's token, one request is under
 * way for it; after a failure the account, or the whole endpoint, is left alone for a while and callers are told why.
 * Safe for any thread; what it returns completes on the context of the caller.
 */
public final class CachedTokens {
    private static final long FORGOTTEN_AFTER_HOURS = 24;

    private final TokenSource source;
    private final Clock clock;
    private final TokenEvents events;
    private final Cache<String, TokenSlot> slots;
    private final Backoff endpoint = new Backoff();
    private volatile boolean closed;

    /** @param maxAccounts how many accounts' tokens are kept; beyond that the least used go */
    public CachedTokens(TokenSource source, int maxAccounts, Clock clock, TokenEvents events) {
        this.source = source;
        this.clock = clock;
        this.events = events;
        this.slots = Caffeine.newBuilder()
                .maximumSize(maxAccounts)
                .expireAfterAccess(FORGOTTEN_AFTER_HOURS, TimeUnit.HOURS)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .executor(Runnable::run)
                .build();
    }

    /** A token for this login that has not ended yet. Fails with a {@link TokenException}; never hangs. */
    public Future<String> token(String login) {
        if (closed) {
            return Future.failedFuture(new TokenException(TokenFailure.UNAVAILABLE, "the gateway is closing"));
        }
        String account = source.account(login);
        TokenSlot slot = slots.get(account, none -> new TokenSlot());
        TokenSlot.Answer answer = slot.ask(clock.instant(), endpoint);
        if (answer.toFetch() != null) {
            fetch(account, slot, answer.toFetch());
        }
        if (answer.held() != null) {
            events.served(true);
            return Future.succeededFuture(answer.held());
        }
        return answer.refusal() != null ? Future.failedFuture(answer.refusal()) : handedOver(answer.awaited());
    }

    private void fetch(String account, TokenSlot slot, Promise<String> promise) {
        Instant asked = clock.instant();
        source.fetch(account)
                .timeout(source.patience().toMillis(), TimeUnit.MILLISECONDS)
                .onComplete((response, failure) -> {
                    if (failure == null) {
                        endpoint.succeeded();
                        slot.fetched(AccessToken.of(response, asked));
                        promise.complete(response.accessToken());
                    } else {
                        TokenException why = known(failure);
                        events.failed(account, why, slot.failed(clock.instant(), why, blamed(why)));
                        promise.fail(why);
                    }
                });
    }

    private TokenException known(Throwable failure) {
        if (failure instanceof TokenException known) {
            return known;
        }
        String what = failure instanceof TimeoutException
                ? "within " + source.patience().toMillis() + " ms"
                : "for an unexpected " + failure.getClass().getSimpleName();
        return new TokenException(TokenFailure.UNAVAILABLE, "no token was fetched " + what);
    }

    /** Tells the endpoint's failures from the account's own, which it returns true for. */
    private boolean blamed(TokenException why) {
        switch (why.failure()) {
            case UNAVAILABLE, CLIENT_REFUSED -> {
                endpoint.failed(clock.instant(), why);
                return false;
            }
            case GRANT_REFUSED -> endpoint.succeeded();
            case OVERLOADED, NOT_STORED -> endpoint.withdrawn();
        }
        return true;
    }

    /** On the caller's context: the token arrives on the event loop of whoever asked first. */
    private Future<String> handedOver(Future<String> awaited) {
        Context caller = Vertx.currentContext();
        Future<String> told = awaited.onSuccess(token -> events.served(false));
        if (caller == null) {
            return told;
        }
        Promise<String> promise = Promise.promise();
        told.onComplete(end -> caller.runOnContext(none -> promise.handle(end)));
        return promise.future();
    }

    /**
     * The server refused this token though it has not ended: the next call of {@link #token} fetches a new one. A
     * server that refuses the new one too gets no third, until a minute has passed.
     */
    public void refused(String login, String token) {
        String account = source.account(login);
        TokenSlot slot = slots.getIfPresent(account);
        if (slot != null) {
            slot.refused(clock.instant(), token);
        }
        events.refused(account);
    }

    /** How many accounts have a token that still serves. Looks at all: for a gauge. */
    public long held() {
        Instant now = clock.instant();
        return slots.asMap().values().stream().filter(slot -> slot.serves(now)).count();
    }

    /** Ends requests that are under way, and their callers fail; but for those whose answer must not be lost. */
    public Future<Void> close() {
        closed = true;
        return source.close();
    }
}
