package org.smtpgate.auth.sql;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SubmittedDigest;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.WorkQueue;
import org.smtpgate.passwords.Judge;
import org.smtpgate.passwords.PasswordRules;
import org.smtpgate.passwords.StoredHash;
import org.smtpgate.sasl.CredentialKind;

/** Judges passwords, and answers to challenges, by the row that a query gives for a login. */
class SqlBackend implements AuthBackend {
    private final Vertx vertx;
    private final UserTable table;
    private final Stored stored;
    private final boolean check;
    private final Set<CredentialKind> accepted;
    private final WorkQueue asking;
    private final WorkQueue hashing;

    /**
     * @param asking for calls of the table
     * @param stored reads the column {@code password}
     */
    SqlBackend(Vertx vertx, SqlConfig config, UserTable table, Stored stored, WorkQueue asking) {
        this.vertx = vertx;
        this.table = table;
        this.stored = stored;
        this.check = config.check();
        this.accepted = config.cramMd5()
                ? EnumSet.of(CredentialKind.PASSWORD, CredentialKind.DIGEST)
                : EnumSet.of(CredentialKind.PASSWORD);
        this.asking = asking;
        this.hashing = WorkQueue.forHashing(vertx);
    }

    @Override
    public final Set<CredentialKind> accepts() {
        return EnumSet.copyOf(accepted);
    }

    @Override
    public final Future<User> authenticate(Credentials credentials) {
        if (credentials instanceof SubmittedDigest digest && accepted.contains(CredentialKind.DIGEST)) {
            return row(digest.username(), "", digest.origin())
                    .compose(row -> accepted(
                            digest.username(),
                            row,
                            () -> Judge.digest(stored.hash(row), digest.challenge(), digest.digest())));
        }
        if (!(credentials instanceof SubmittedPassword submitted)) {
            return Future.failedFuture(new IllegalArgumentException("sql does not judge credentials of this kind"));
        }
        String username = submitted.getUsername();
        String password = submitted.getPassword();
        if (PasswordRules.objection(password).isPresent()) {
            return Future.failedFuture(new InvalidCredentialsException());
        }
        if (check) {
            return row(username, password, submitted.origin()).compose(row -> answer(username, row, row.isPresent()));
        }
        return row(username, "", submitted.origin())
                .compose(row ->
                        accepted(username, row, () -> Judge.password(stored.hash(row), stored.decoy(), password)));
    }

    @Override
    public final Future<Void> close() {
        return asking.close()
                .eventually(hashing::close)
                .eventually(() -> vertx.executeBlocking(
                        () -> {
                            table.close();
                            return null;
                        },
                        false));
    }

    /** The row of a login; empty for one that is no text a database takes. */
    final Future<Optional<Row>> row(String username, String password, Origin origin) {
        return PasswordRules.objection(username).isPresent()
                ? Future.succeededFuture(Optional.empty())
                : asking.run(() -> table.ask(Parameter.values(username, password, origin)));
    }

    /** Work that keeps a core busy. */
    final <T> Future<T> onWorker(Callable<T> work) {
        return hashing.run(work);
    }

    final Optional<StoredHash> hash(Optional<Row> row) {
        return stored.hash(row);
    }

    private Future<User> accepted(String username, Optional<Row> row, Callable<Boolean> judging) {
        return hashing.run(judging).compose(right -> answer(username, row, right));
    }

    private static Future<User> answer(String username, Optional<Row> row, boolean right) {
        return right && row.isPresent()
                ? Future.succeededFuture(row.get().user(username))
                : Future.failedFuture(new InvalidCredentialsException());
    }
}
