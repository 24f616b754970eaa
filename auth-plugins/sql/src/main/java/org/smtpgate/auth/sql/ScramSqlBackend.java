package org.smtpgate.auth.sql;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.Set;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.ScramKeyStore;
import org.smtpgate.auth.WorkQueue;
import org.smtpgate.passwords.ScramKeyring;

/** One whose column {@code password} has SCRAM keys, or passwords that such can be made of. */
final class ScramSqlBackend extends SqlBackend implements ScramKeyStore {
    private static final int LEAST_ITERATIONS = 4096;

    private final ScramKeyring keyring = new ScramKeyring();
    private final Set<String> hashes;
    private volatile int lastIterations = LEAST_ITERATIONS;

    ScramSqlBackend(Vertx vertx, SqlConfig config, UserTable table, Stored stored, WorkQueue asking) {
        super(vertx, config, table, stored, asking);
        this.hashes = config.scram();
    }

    @Override
    public Set<String> scramHashes() {
        return hashes;
    }

    /** As the keys have that were asked for last. */
    @Override
    public int usualIterations() {
        return lastIterations;
    }

    @Override
    public Future<Optional<Entry>> scramKeys(String hash, String username, Origin origin) {
        return row(username, "", origin)
                .compose(row -> onWorker(() -> {
                    var keys = hash(row).flatMap(stored -> keyring.keys(hash, username, stored));
                    keys.ifPresent(found -> lastIterations = found.iterations());
                    return keys.map(found -> new Entry(row.orElseThrow().user(username), found));
                }));
    }
}
