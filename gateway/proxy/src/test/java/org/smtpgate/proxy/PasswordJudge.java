package org.smtpgate.proxy;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import io.vertx.ext.auth.authentication.UsernamePasswordCredentials;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.sasl.CredentialKind;

/** A backend that answers at once, as a test says of each name and password. */
final class PasswordJudge implements AuthBackend {
    private final BiPredicate<String, String> takes;
    private final Function<String, User> user;

    PasswordJudge(BiPredicate<String, String> takes) {
        this(takes, User::fromName);
    }

    /**
     * Likewise.
     *
     * @param takes whether a user name and a password are right
     * @param user what is known of a user, by the name that was given
     */
    PasswordJudge(BiPredicate<String, String> takes, Function<String, User> user) {
        this.takes = takes;
        this.user = user;
    }

    /** Takes every password. */
    static PasswordJudge ofAnybody() {
        return new PasswordJudge((name, password) -> true);
    }

    @Override
    public Set<CredentialKind> accepts() {
        return EnumSet.of(CredentialKind.PASSWORD);
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        UsernamePasswordCredentials given = (UsernamePasswordCredentials) credentials;
        return takes.test(given.getUsername(), given.getPassword())
                ? Future.succeededFuture(user.apply(given.getUsername()))
                : Future.failedFuture(new InvalidCredentialsException());
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
