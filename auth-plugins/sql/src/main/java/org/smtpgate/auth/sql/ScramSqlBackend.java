package org.smtpgate.auth.sql;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.ScramKeyStore;
import org.smtpgate.auth.WorkQueue;
import org.smtpgate.passwords.MostSeen;
import org.smtpgate.passwords.ScramKeyring;
import org.smtpgate.sasl.ScramKeys;

/** One whose column {@code password} has SCRAM keys, or passwords that such can be made of. */
final class ScramSqlBackend extends SqlBackend implements ScramKeyStore {
    private final ScramKeyring keyring = new ScramKeyring();
    private final Set<String> hashes;
    private final MostSeen<Integer> iterations = new MostSeen<>(Function.identity(), ScramKeys.MIN_ITERATIONS);

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
        return iterations.usual();
    }

    @Override
    public Future<Optional<Entry>> scramKeys(String hash, String username, Origin origin) {
        return row(username, "", origin)
                .compose(row -> onWorker(() -> {
                    var keys = hash(row).flatMap(stored -> keyring.keys(hash, username, stored));
                    keys.ifPresent(found -> iterations.saw(found.iterations()));
                    return keys.map(found -> new Entry(row.orElseThrow().user(username), found));
                }));
    }
}
