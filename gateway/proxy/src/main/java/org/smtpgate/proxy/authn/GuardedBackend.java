package org.smtpgate.proxy.authn;

import com.github.benmanes.caffeine.cache.Ticker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.DeferredLoginException;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SubmittedCredentials;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.SubmittedToken;
import org.smtpgate.auth.TooBusyException;
import org.smtpgate.auth.UndecidableLoginException;
import org.smtpgate.proxy.metrics.BackendMeters;
import org.smtpgate.sasl.CredentialKind;
import org.smtpgate.sasl.KeyedDigest;

/**
 * A backend as the gateway asks it: for a bounded time; not while it is broken; and only once for what is asked at the
 * same time, or was asked a little while ago. One for all listeners and event loops.
 */
public final class GuardedBackend implements AuthBackend {
    private static final Logger LOG = LoggerFactory.getLogger("smtpgate.auth");

    /** In place of what a client library may have quoted: the breaker logs what it is given. */
    private static final Throwable UNTOLD = new IllegalStateException("it could not tell");

    private final String name;
    private final AuthBackend backend;
    private final BackendRules rules;
    private final BackendMeters meters;
    private final AnswerCache cache;
    private final CircuitBreaker breaker;

    // No more than there are sessions in the midst of a login.
    private final Map<String, Future<User>> underWay = new ConcurrentHashMap<>();

    /** @param name as configured */
    public GuardedBackend(String name, AuthBackend backend, BackendRules rules, BackendMeters meters) {
        this.name = name;
        this.backend = backend;
        this.rules = rules;
        this.meters = meters;
        this.cache = new AnswerCache(rules.cache(), Ticker.systemTicker());
        this.breaker = CircuitBreaker.of(name, breaking(rules));
        breaker.getEventPublisher().onStateTransition(change -> changed(change.getStateTransition()));
        backend.onChange(cache::forget);
        meters.cached(cache, AnswerCache::size);
    }

    private static CircuitBreakerConfig breaking(BackendRules rules) {
        return CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(rules.breakAfter())
                .minimumNumberOfCalls(rules.breakAfter())
                .failureRateThreshold(100)
                .waitDurationInOpenState(rules.pause())
                .permittedNumberOfCallsInHalfOpenState(1)
                .build();
    }

    /** What the configuration, logs and metrics call it. */
    String name() {
        return name;
    }

    /** What it guards, for what it can do beside judging credentials. */
    AuthBackend unguarded() {
        return backend;
    }

    /** Whether it is to be asked about a login; one that is empty is not known. */
    boolean serves(String login) {
        return rules.serve(login);
    }

    @Override
    public Set<CredentialKind> accepts() {
        return backend.accepts();
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        String secret = secretOf(credentials);
        return secret == null ? ask(credentials) : answer(key((SubmittedCredentials) credentials, secret), credentials);
    }

    @Override
    public void onChange(Runnable forget) {
        backend.onChange(forget);
    }

    @Override
    public Future<Void> close() {
        return backend.close();
    }

    private Future<User> answer(String key, Credentials credentials) {
        Future<User> known = cache.find(key);
        if (known != null) {
            meters.remembered();
            return known;
        }
        Promise<User> promise = Promise.promise();
        Future<User> shared = underWay.putIfAbsent(key, promise.future());
        if (shared != null) {
            meters.joined();
            return shared;
        }
        long asOf = cache.changes();
        ask(credentials).onComplete((user, failure) -> {
            // First: whatever becomes of the rest, nobody joins a question that has its answer.
            underWay.remove(key);
            remember(key, user, failure, asOf);
            promise.complete(user, failure);
        });
        return promise.future();
    }

    private void remember(String key, User user, Throwable failure, long asOf) {
        try {
            cache.put(key, user, failure, asOf);
        } catch (RuntimeException notCopied) {
            LOG.warn("backend={} yields a user that cannot be remembered", name);
        }
    }

    private Future<User> ask(Credentials credentials) {
        return guard(() -> backend.authenticate(credentials));
    }

    /**
     * Puts a question to what it guards: within the time that the backend is given, and none while it is left alone. Only
     * one whose failure is the backend's own, whatever the client does, since failures have it left alone.
     */
    <T> Future<T> guard(Supplier<Future<T>> question) {
        if (!breaker.tryAcquirePermission()) {
            meters.spared();
            return Future.failedFuture(new BackendPausedException(rules.breakAfter()));
        }
        long since = System.nanoTime();
        return Walk.put(question)
                .timeout(rules.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .onComplete((answer, failure) -> count(failure, System.nanoTime() - since));
    }

    private void count(Throwable failure, long nanos) {
        if (failure instanceof TooBusyException) {
            // That many log in says nothing of whether it works.
            breaker.releasePermission();
        } else if (isAnswer(failure)) {
            breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
        } else {
            breaker.onError(nanos, TimeUnit.NANOSECONDS, UNTOLD);
        }
    }

    /** Who says "come again later" in words of its own works, and so does who cannot tell of one login alone. */
    private static boolean isAnswer(Throwable failure) {
        return failure == null
                || failure instanceof InvalidCredentialsException
                || failure instanceof DeferredLoginException
                || failure instanceof UndecidableLoginException;
    }

    private void changed(CircuitBreaker.StateTransition change) {
        // Also while one login tries it: what is broken and slow to say so would look well for most of the time.
        meters.broken(change.getToState() != CircuitBreaker.State.CLOSED);
        if (change.getToState() == CircuitBreaker.State.OPEN) {
            LOG.warn(
                    "backend={} is left alone for {} s: it failed {} times in a row",
                    name,
                    rules.pause().toMillis() / 1000.0,
                    rules.breakAfter());
        } else if (change.getToState() == CircuitBreaker.State.CLOSED) {
            LOG.info("backend={} answers again", name);
        }
    }

    /** Null for what is not asked twice. */
    private static String secretOf(Credentials credentials) {
        if (credentials instanceof SubmittedPassword password) {
            return password.getPassword();
        }
        return credentials instanceof SubmittedToken token ? token.getToken() : null;
    }

    /** A backend may judge by where a login comes from, and by the certificate that comes with it, too. */
    private static String key(SubmittedCredentials credentials, String secret) {
        Origin origin = credentials.origin();
        return KeyedDigest.of(
                credentials.getClass().getSimpleName(),
                credentials.authorizationId(),
                credentials.username(),
                secret,
                origin.listener(),
                origin.address(),
                Boolean.toString(origin.encrypted()),
                certificate(origin));
    }

    /** In hex; empty for none. */
    private static String certificate(Origin origin) {
        X509Certificate shown = origin.encrypted() ? origin.tls().certificate() : null;
        try {
            return shown == null ? "" : HexFormat.of().formatHex(shown.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that came by a handshake cannot be encoded", e);
        }
    }
}
