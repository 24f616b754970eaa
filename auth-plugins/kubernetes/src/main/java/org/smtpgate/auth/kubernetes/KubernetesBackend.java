package org.smtpgate.auth.kubernetes;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.SubmittedCredentials;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.SubmittedToken;
import org.smtpgate.sasl.CredentialKind;
import org.smtpgate.tokens.Claims;
import org.smtpgate.tokens.JwtVerifier;
import org.smtpgate.tokens.Refusal;
import org.smtpgate.tokens.RefusedTokenException;
import org.smtpgate.tokens.TokenCache;
import org.smtpgate.tokens.UnavailableException;
import org.smtpgate.tokens.Validity;

/** Judges service account tokens, which come as such or in a password's place. */
final class KubernetesBackend implements AuthBackend {
    private static final Logger LOG = LoggerFactory.getLogger(KubernetesBackend.class);

    private final JwtVerifier reader;
    private final AccountJudge judge;
    private final KubernetesConfig config;
    private final Validity validity;
    private final TokenCache<ServiceAccount> cache;
    private final Supplier<Future<Void>> closing;
    private volatile boolean closed;

    KubernetesBackend(
            JwtVerifier reader,
            AccountJudge judge,
            KubernetesConfig config,
            Validity validity,
            TokenCache<ServiceAccount> cache,
            Supplier<Future<Void>> closing) {
        this.reader = reader;
        this.judge = judge;
        this.config = config;
        this.validity = validity;
        this.cache = cache;
        this.closing = closing;
    }

    @Override
    public Set<CredentialKind> accepts() {
        return EnumSet.of(CredentialKind.TOKEN, CredentialKind.PASSWORD);
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        if (closed) {
            return Future.failedFuture(new UnavailableException("closed"));
        }
        if (credentials instanceof SubmittedToken submitted) {
            return authenticate(submitted, submitted.getToken());
        }
        if (credentials instanceof SubmittedPassword submitted) {
            return authenticate(submitted, submitted.getPassword());
        }
        return Future.failedFuture(new IllegalArgumentException("kubernetes judges tokens only"));
    }

    @Override
    public Future<Void> close() {
        closed = true;
        return closing.get();
    }

    private Future<User> authenticate(SubmittedCredentials submitted, String token) {
        return reader.read(token, this::checkPlausible)
                .compose(read -> user(submitted, token, read.unverified().time("exp")))
                .recover(KubernetesBackend::answered);
    }

    /**
     * What cannot be good by what it says of itself: the API server is asked about no expired token, is shown no password
     * of another kind, and its own words for a bad token matter less.
     */
    private void checkPlausible(Claims claims) {
        validity.checkWhatIsSaid(claims);
        if (claims.value("aud") != null && claims.texts("aud").stream().noneMatch(config.audience()::contains)) {
            throw new RefusedTokenException(Refusal.AUDIENCE, "it is meant for another (aud)");
        }
    }

    /** @param end as the token says itself, which holds as soon as the account is known: a review tells of no end */
    private Future<User> user(SubmittedCredentials submitted, String token, Optional<Instant> end) {
        return account(token, end)
                .map(account ->
                        config.accounts().user(account, end, submitted.username(), submitted.authorizationId()));
    }

    private Future<ServiceAccount> account(String token, Optional<Instant> end) {
        return cache.get(token)
                .map(Future::succeededFuture)
                .orElseGet(() -> judge.judge(token).onSuccess(account -> cache.put(token, account, end)));
    }

    private static Future<User> answered(Throwable failure) {
        if (failure instanceof RefusedTokenException refused) {
            LOG.debug("a token is refused: {}", refused.getMessage());
            return Future.failedFuture(new InvalidCredentialsException());
        }
        return Future.failedFuture(failure);
    }
}
