package org.smtpgate.auth.sql;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.ScramKeyStore;
import org.smtpgate.auth.WorkQueue;
import org.smtpgate.passwords.ScramKeyring;

/** One whose column {@code password} has SCRAM keys, or passwords that such can be made of. */
final class ScramSqlBackend extends SqlBackend implements ScramKeyStore {
    private final ScramKeyring keyring = new ScramKeyring();

    ScramSqlBackend(Vertx vertx, SqlConfig config, UserTable table, Stored stored, WorkQueue asking) {
        super(vertx, config, table, stored, asking);
    }

    @Override
    public Future<Optional<Entry>> scramKeys(String hash, String username, Origin origin) {
        return row(username, "", origin)
                .compose(row -> onWorker(() -> {
                    var keys = hash(row).flatMap(stored -> keyring.keys(hash, username, stored));
                    return keys.map(found -> new Entry(row.orElseThrow().user(username), found));
                }));
    }
}
