package org.smtpgate.auth.htpasswd;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import io.vertx.ext.auth.authentication.UsernamePasswordCredentials;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.ScramKeyStore;
import org.smtpgate.auth.SubmittedDigest;
import org.smtpgate.auth.WorkQueue;
import org.smtpgate.passwords.ScramKeyring;
import org.smtpgate.sasl.CredentialKind;

/** Judges passwords and answers to challenges by the users of a file, and has the SCRAM keys of those who have some. */
final class HtpasswdBackend implements AuthBackend, ScramKeyStore {
    private final Supplier<Users> users;
    private final Consumer<Runnable> changes;
    private final WorkQueue queue;
    private final Runnable closing;
    private final ScramKeyring keyring = new ScramKeyring();

    /**
     * @param users the users as of now
     * @param changes is told what to do whenever they have changed
     * @param closing what to do first on {@link #close}
     */
    HtpasswdBackend(Supplier<Users> users, Consumer<Runnable> changes, WorkQueue queue, Runnable closing) {
        this.users = users;
        this.changes = changes;
        this.queue = queue;
        this.closing = closing;
    }

    @Override
    public Set<CredentialKind> accepts() {
        return users.get().hasPlainPasswords()
                ? EnumSet.of(CredentialKind.PASSWORD, CredentialKind.DIGEST)
                : EnumSet.of(CredentialKind.PASSWORD);
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        if (credentials instanceof SubmittedDigest digest) {
            return answer(users.get().verifyDigest(digest.username(), digest.challenge(), digest.digest()));
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
        Users now = users.get();
        if (now.quick()) {
            return answer(now.verify(username, password));
        }
        // The users of the time when a worker is free: who was removed while the check waited does not get in.
        return queue.run(() -> users.get().verify(username, password)).compose(HtpasswdBackend::answer);
    }

    @Override
    public Set<String> scramHashes() {
        return users.get().scram().hashes();
    }

    @Override
    public int usualIterations() {
        return users.get().scram().usualIterations();
    }

    @Override
    public Future<Optional<Entry>> scramKeys(String hash, String username, Origin origin) {
        return queue.run(() -> users.get()
                .account(username)
                .flatMap(account ->
                        keyring.keys(hash, username, account.hash()).map(keys -> new Entry(account.user(), keys))));
    }

    @Override
    public void onChange(Runnable forget) {
        changes.accept(forget);
    }

    @Override
    public Future<Void> close() {
        closing.run();
        return queue.close();
    }

    private static Future<User> answer(Optional<Account> account) {
        return account.map(right -> Future.succeededFuture(right.user()))
                .orElseGet(() -> Future.failedFuture(new InvalidCredentialsException()));
    }
}
