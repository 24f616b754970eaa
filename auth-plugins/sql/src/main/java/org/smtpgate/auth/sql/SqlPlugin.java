package org.smtpgate.auth.sql;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.auth.WorkQueue;
import org.smtpgate.passwords.BcryptHasher;
import org.smtpgate.passwords.StoredHash;
import org.smtpgate.passwords.StoredHashes;
import org.smtpgate.passwords.UnusableHashException;

/** {@code plugin: sql}: users in a database that JDBC reaches, asked by a query of the operator's. */
public final class SqlPlugin implements AuthPlugin {
    /** Pools of threads are shared by name, and a backend has its own. */
    private static final AtomicInteger BACKENDS = new AtomicInteger();

    @Override
    public String name() {
        return "sql";
    }

    @Override
    public AuthBackend create(AuthContext context, JsonObject settings) {
        SqlConfig config = SqlConfig.from(context, settings);
        String name = "smtpgate-sql-" + BACKENDS.incrementAndGet();
        Vertx vertx = context.vertx();
        WorkQueue asking = new WorkQueue(vertx, name, config.connections(), WorkQueue.LIMIT, WorkQueue.PATIENCE);
        Stored stored = new Stored(config.defaultScheme(), ofNobody());
        Database database = new Database(new ConnectionPool(vertx, config, name), config.query(), !config.check());
        return config.scram().isEmpty()
                ? new SqlBackend(vertx, config, database, stored, asking)
                : new ScramSqlBackend(vertx, config, database, stored, asking);
    }

    /** What an unknown user costs before the first known one was seen: what {@code hash-password} makes. */
    static StoredHash ofNobody() {
        try {
            return StoredHashes.read(new BcryptHasher().hash(UUID.randomUUID().toString()));
        } catch (UnusableHashException e) {
            throw new IllegalStateException(e);
        }
    }
}
