package org.smtpgate.auth.ldap;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import io.vertx.ext.auth.authentication.UsernamePasswordCredentials;
import java.util.EnumSet;
import java.util.Set;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.WorkQueue;
import org.smtpgate.sasl.CredentialKind;

/** Judges passwords by a directory: asks it on workers, of which each has a connection. */
final class LdapBackend implements AuthBackend {
    private final Vertx vertx;
    private final Directory directory;
    private final Accounts accounts;
    private final WorkQueue queue;

    LdapBackend(Vertx vertx, Directory directory, Accounts accounts, WorkQueue queue) {
        this.vertx = vertx;
        this.directory = directory;
        this.accounts = accounts;
        this.queue = queue;
    }

    @Override
    public Set<CredentialKind> accepts() {
        return EnumSet.of(CredentialKind.PASSWORD);
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        if (!(credentials instanceof UsernamePasswordCredentials submitted)) {
            return Future.failedFuture(new IllegalArgumentException("ldap judges passwords only"));
        }
        String username = submitted.getUsername();
        String password = submitted.getPassword();
        if (!WellFormed.login(username) || !WellFormed.password(password)) {
            return Future.failedFuture(new InvalidCredentialsException());
        }
        return queue.run(() -> accounts.user(Login.of(username), password));
    }

    /** Closing a connection says goodbye to the server, which may block. */
    @Override
    public Future<Void> close() {
        return queue.close()
                .eventually(() -> vertx.executeBlocking(() -> {
                    directory.close();
                    return null;
                }));
    }
}
