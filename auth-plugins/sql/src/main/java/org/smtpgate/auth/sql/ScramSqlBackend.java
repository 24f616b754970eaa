package org.smtpgate.auth.sql;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.ScramKeyStore;
import org.smtpgate.auth.WorkQueue;
import org.smtpgate.passwords.ScramKeyring;

/** One whose column {@code password} has SCRAM keys, or passwords that such can be made of. */
final class ScramSqlBackend extends SqlBackend implements ScramKeyStore {
    private static final int LEAST_ITERATIONS = 4096;
    private static final int MAX_KINDS = 16;

    private final ScramKeyring keyring = new ScramKeyring();
    private final Set<String> hashes;
    private final Map<Integer, Long> seen = new HashMap<>();
    private volatile int usualIterations = LEAST_ITERATIONS;
    private long most;

    ScramSqlBackend(Vertx vertx, SqlConfig config, UserTable table, Stored stored, WorkQueue asking) {
        super(vertx, config, table, stored, asking);
        this.hashes = config.scram();
    }

    @Override
    public Set<String> scramHashes() {
        return hashes;
    }

    /**
     * As most keys have that were asked for. Not as those that were asked for last: an unknown user's number would change with
     * each known one that is asked about, and so tell that there is no such user.
     */
    @Override
    public int usualIterations() {
        return usualIterations;
    }

    @Override
    public Future<Optional<Entry>> scramKeys(String hash, String username, Origin origin) {
        return row(username, "", origin)
                .compose(row -> onWorker(() -> {
                    var keys = hash(row).flatMap(stored -> keyring.keys(hash, username, stored));
                    keys.ifPresent(found -> saw(found.iterations()));
                    return keys.map(found -> new Entry(row.orElseThrow().user(username), found));
                }));
    }

    private synchronized void saw(int iterations) {
        if (seen.size() >= MAX_KINDS && !seen.containsKey(iterations)) {
            return;
        }
        long count = seen.merge(iterations, 1L, Long::sum);
        if (count > most) {
            most = count;
            usualIterations = iterations;
        }
    }
}
