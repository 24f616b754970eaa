package org.smtpgate.auth.htpasswd;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import io.vertx.ext.auth.authentication.UsernamePasswordCredentials;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.SubmittedDigest;
import org.smtpgate.auth.WorkQueue;
import org.smtpgate.passwords.PlainPassword;
import org.smtpgate.sasl.CredentialKind;

/** Judges passwords, and answers to challenges, by the users of a file. */
class HtpasswdBackend implements AuthBackend {
    private final Supplier<Users> users;
    private final WorkQueue queue;
    private final Runnable closing;
    private final Set<CredentialKind> accepted;

    /**
     * @param users the users as of now; those of this moment decide what is accepted
     * @param closing what to do first on {@link #close}
     */
    HtpasswdBackend(Supplier<Users> users, WorkQueue queue, Runnable closing) {
        this.users = users;
        this.queue = queue;
        this.closing = closing;
        this.accepted = users.get().count(PlainPassword.class::isInstance) > 0
                ? EnumSet.of(CredentialKind.PASSWORD, CredentialKind.DIGEST)
                : EnumSet.of(CredentialKind.PASSWORD);
    }

    @Override
    public final Set<CredentialKind> accepts() {
        return EnumSet.copyOf(accepted);
    }

    @Override
    public final Future<User> authenticate(Credentials credentials) {
        // The users of the time when a worker is free: who was removed while the check waited does not get in.
        if (credentials instanceof SubmittedDigest digest) {
            return verified(() -> users.get().verifyDigest(digest.username(), digest.challenge(), digest.digest()));
        }
        if (!(credentials instanceof UsernamePasswordCredentials submitted)) {
            return Future.failedFuture(
                    new IllegalArgumentException("htpasswd judges passwords and answers to challenges only"));
        }
        String username = submitted.getUsername();
        String password = submitted.getPassword();
        if (password.isEmpty()) {
            return Future.failedFuture(new InvalidCredentialsException());
        }
        return verified(() -> users.get().verify(username, password));
    }

    @Override
    public final Future<Void> close() {
        closing.run();
        return queue.close();
    }

    /** The account of a name as of the time when a worker is free, and what a worker makes of it. */
    final <T> Future<T> onWorker(String username, Function<Optional<Account>, T> work) {
        return queue.run(() -> work.apply(users.get().account(username)));
    }

    private Future<User> verified(Callable<Optional<Account>> check) {
        return queue.run(check)
                .compose(account -> account.map(right -> Future.succeededFuture(right.user()))
                        .orElseGet(() -> Future.failedFuture(new InvalidCredentialsException())));
    }
}
