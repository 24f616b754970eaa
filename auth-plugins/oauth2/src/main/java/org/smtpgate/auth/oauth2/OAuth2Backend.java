package org.smtpgate.auth.oauth2;

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
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.SubmittedToken;
import org.smtpgate.sasl.CredentialKind;
import org.smtpgate.tokens.Refusal;
import org.smtpgate.tokens.RefusedTokenException;
import org.smtpgate.tokens.UnavailableException;

/** Judges access tokens by one provider, and passwords where the operator wants it. */
final class OAuth2Backend implements AuthBackend {
    private static final Logger LOG = LoggerFactory.getLogger(OAuth2Backend.class);

    /** What says that this user may not, of a token that the provider gave just now; all else is a setting at fault. */
    private static final Set<Refusal> OF_THE_USER = EnumSet.of(Refusal.SCOPE, Refusal.TENANT);

    private final TokenJudge judge;
    private final ClaimRules rules;
    private final Optional<PasswordGrant> passwords;
    private final Supplier<Future<Void>> closing;
    private volatile boolean closed;

    OAuth2Backend(
            TokenJudge judge, ClaimRules rules, Optional<PasswordGrant> passwords, Supplier<Future<Void>> closing) {
        this.judge = judge;
        this.rules = rules;
        this.passwords = passwords;
        this.closing = closing;
    }

    @Override
    public Set<CredentialKind> accepts() {
        return passwords.isPresent()
                ? EnumSet.of(CredentialKind.TOKEN, CredentialKind.PASSWORD)
                : EnumSet.of(CredentialKind.TOKEN);
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        if (closed) {
            return Future.failedFuture(new UnavailableException("closed"));
        }
        if (credentials instanceof SubmittedToken submitted) {
            return answered(byToken(submitted));
        }
        if (credentials instanceof SubmittedPassword submitted && passwords.isPresent()) {
            return answered(byPassword(submitted, passwords.get()));
        }
        return Future.failedFuture(new IllegalArgumentException("oauth2 judges no such credentials"));
    }

    @Override
    public Future<Void> close() {
        closed = true;
        return closing.get();
    }

    private Future<User> byToken(SubmittedToken submitted) {
        return judge.judge(submitted.getToken())
                .map(claims -> until(
                        claims.time("exp"), rules.user(claims, submitted.username(), submitted.authorizationId())));
    }

    /** For whoever remembers it. */
    private static User until(Optional<Instant> end, User user) {
        end.ifPresent(time -> user.principal().put("exp", time.getEpochSecond()));
        return user;
    }

    /**
     * The provider has taken the name together with the password: it may be any that it knows the user by. When the token ends
     * that came of it says nothing of the password.
     */
    private Future<User> byPassword(SubmittedPassword submitted, PasswordGrant grant) {
        if (submitted.getPassword().isEmpty() || submitted.username().isEmpty()) {
            return Future.failedFuture(new RefusedTokenException(Refusal.MALFORMED, "it is empty"));
        }
        return grant.redeem(submitted.username(), submitted.getPassword())
                .compose(token -> judge.judge(token).recover(OAuth2Backend::ofRightPassword))
                .map(claims -> rules.user(claims));
    }

    private static <T> Future<T> ofRightPassword(Throwable failure) {
        boolean setting = failure instanceof RefusedTokenException refused && !OF_THE_USER.contains(refused.refusal());
        return Future.failedFuture(
                setting
                        ? new UnavailableException("the token that the provider gave for a right password is refused: "
                                + failure.getMessage())
                        : failure);
    }

    private static Future<User> answered(Future<User> judged) {
        return judged.recover(failure -> {
            if (failure instanceof RefusedTokenException refused) {
                LOG.debug("a token is refused: {}", refused.getMessage());
                return Future.failedFuture(new InvalidCredentialsException());
            }
            return Future.failedFuture(failure);
        });
    }
}
