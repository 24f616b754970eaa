package org.smtpgate.proxy.authn;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.smtpgate.auth.InvalidCredentialsException;

/** What a backend has answered lately: by a digest of what it was asked, never by the secret. Safe for any thread. */
final class AnswerCache {
    private final BackendRules.CacheRules rules;
    private final Cache<String, Answer> answers;
    private final AtomicLong changes = new AtomicLong();

    /**
     * @param user null for credentials that were wrong
     * @param refusal in what words they were refused; null for credentials that were right
     */
    private record Answer(User user, InvalidCredentialsException refusal) {}

    AnswerCache(BackendRules.CacheRules rules, Ticker ticker) {
        this.rules = rules;
        this.answers = Caffeine.newBuilder()
                .maximumSize(rules.entries())
                .ticker(ticker)
                .expireAfter(Expiry.<String, Answer>writing((key, answer) -> lifetime(answer)))
                .build();
    }

    /** The answer of a while ago, or null. */
    Future<User> find(String key) {
        Answer answer = answers.getIfPresent(key);
        if (answer == null) {
            return null;
        }
        if (answer.user() == null) {
            return Future.failedFuture(answer.refusal());
        }
        // A token may end before its time here does.
        return hasEnded(answer.user()) ? null : Future.succeededFuture(copy(answer.user()));
    }

    /** How often all was forgotten; to be asked before the backend is. */
    long changes() {
        return changes.get();
    }

    /**
     * Remembers an answer. What nobody could tell is not remembered, nor what the backend may have said by what it judged by
     * before it changed.
     *
     * @param asOf what {@link #changes} was when it was asked
     */
    void put(String key, User user, Throwable failure, long asOf) {
        if (failure instanceof InvalidCredentialsException refusal
                && !rules.refused().isZero()) {
            put(key, new Answer(null, refusal), asOf);
        } else if (failure == null && user != null && !rules.accepted().isZero()) {
            put(key, new Answer(copy(user), null), asOf);
        }
    }

    private void put(String key, Answer answer, long asOf) {
        answers.put(key, answer);
        // Afterwards: a change in between has then either removed it or is seen here.
        if (changes.get() != asOf) {
            answers.invalidate(key);
        }
    }

    void forget() {
        changes.incrementAndGet();
        answers.invalidateAll();
    }

    long size() {
        return answers.estimatedSize();
    }

    private Duration lifetime(Answer answer) {
        return answer.user() == null ? rules.refused() : rules.accepted();
    }

    /** By the principal alone: {@link User#expired} prefers an attribute of that name, which is the operator's choice. */
    private static boolean hasEnded(User user) {
        return user.principal().getValue("exp") instanceof Number end
                && end.longValue() <= Instant.now().getEpochSecond();
    }

    /** A user can be changed by whoever holds it. */
    private static User copy(User user) {
        return User.create(user.principal().copy(), user.attributes().copy());
    }
}
