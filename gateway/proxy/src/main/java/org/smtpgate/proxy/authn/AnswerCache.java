package org.smtpgate.proxy.authn;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.smtpgate.auth.InvalidCredentialsException;

/** What a backend has answered lately: by a digest of what it was asked, never by the secret. Safe for any thread. */
final class AnswerCache {
    private final BackendRules.CacheRules rules;
    private final AtomicLong generation = new AtomicLong();
    private final Cache<String, Answer> answers;

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
        return answer.user().expired() ? null : Future.succeededFuture(copy(answer.user()));
    }

    /** Changes whenever all is forgotten. */
    long generation() {
        return generation.get();
    }

    /**
     * What nobody could tell is not remembered.
     *
     * @param asked the generation when it was asked: what the backend said before it changed counts no more
     */
    void put(String key, long asked, User user, Throwable failure) {
        if (asked != generation.get()) {
            return;
        }
        if (failure instanceof InvalidCredentialsException refusal) {
            put(key, new Answer(null, refusal));
        } else if (failure == null && user != null) {
            put(key, new Answer(copy(user), null));
        }
    }

    private void put(String key, Answer answer) {
        if (!lifetime(answer).isZero()) {
            answers.put(key, answer);
        }
    }

    void forget() {
        generation.incrementAndGet();
        answers.invalidateAll();
    }

    long size() {
        return answers.estimatedSize();
    }

    private Duration lifetime(Answer answer) {
        return answer.user() == null ? rules.refused() : rules.accepted();
    }

    /** A user can be changed by whoever holds it. */
    private static User copy(User user) {
        return User.create(user.principal().copy(), user.attributes().copy());
    }
}
