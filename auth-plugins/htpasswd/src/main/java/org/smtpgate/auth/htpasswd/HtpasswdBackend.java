package org.smtpgate.auth.htpasswd;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import io.vertx.ext.auth.authentication.UsernamePasswordCredentials;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.WorkQueue;
import org.smtpgate.sasl.CredentialKind;

/** Judges passwords by the users of a file. */
final class HtpasswdBackend implements AuthBackend {
    private final Supplier<Users> users;
    private final WorkQueue queue;
    private final Runnable closing;

    /**
     * @param users the users as of now
     * @param closing what to do first on {@link #close}
     */
    HtpasswdBackend(Supplier<Users> users, WorkQueue queue, Runnable closing) {
        this.users = users;
        this.queue = queue;
        this.closing = closing;
    }

    @Override
    public Set<CredentialKind> accepts() {
        return EnumSet.of(CredentialKind.PASSWORD);
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        if (!(credentials instanceof UsernamePasswordCredentials submitted)) {
            return Future.failedFuture(new IllegalArgumentException("htpasswd judges passwords only"));
        }
        String username = submitted.getUsername();
        String password = submitted.getPassword();
        if (password.isEmpty()) {
            return Future.failedFuture(new InvalidCredentialsException());
        }
        // The users of the time when a worker is free: who was removed while the check waited does not get in.
        return queue.run(() -> users.get().verify(username, password))
                .compose(right -> right
                        ? Future.succeededFuture(User.fromName(username))
                        : Future.failedFuture(new InvalidCredentialsException()));
    }

    @Override
    public Future<Void> close() {
        closing.run();
        return queue.close();
    }
}
