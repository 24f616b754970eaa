package org.smtpgate.auth.sql;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.auth.WorkQueue;
import org.smtpgate.passwords.BcryptHasher;
import org.smtpgate.passwords.StoredHash;
import org.smtpgate.passwords.StoredHashes;
import org.smtpgate.passwords.UnusableHashException;
import org.smtpgate.testkit.auth.AuthPluginContract;
import org.smtpgate.testkit.database.DatabaseServer;

/** The contract, before real databases. */
@ParameterizedClass
@EnumSource
class SqlContractTest extends AuthPluginContract {
    private static final String OF_ASCII = new BcryptHasher().hash(PASSWORD);
    private static final String OF_UNICODE = new BcryptHasher().hash(UNICODE_PASSWORD);

    private static final Set<Databases> FILLED = EnumSet.noneOf(Databases.class);

    private final AtomicLong work = new AtomicLong();

    @Parameter
    private Databases database;

    @Override
    protected AuthPlugin plugin() {
        return new SqlPlugin();
    }

    @Override
    protected JsonObject settings() {
        return Databases.settings(server());
    }

    @Override
    protected AuthBackend working() {
        if (FILLED.add(database)) {
            database.fill(server(), USER, OF_ASCII, UNICODE_USER, OF_UNICODE);
        }
        SqlConfig config = SqlConfig.from(new AuthContext(vertx, folder), settings());
        UserTable table = counted(new Database(new ConnectionPool(vertx, config, "contract"), config.query(), true));
        WorkQueue asking = new WorkQueue(vertx, "sql-contract", 2, 100, Duration.ofSeconds(20));
        return new SqlBackend(vertx, config, table, new CountedHashes(work), asking);
    }

    /** Nobody listens on port 1. */
    @Override
    protected AuthBackend broken() {
        JsonObject settings = settings()
                .put("url", server().url().replace(":" + server().port() + "/", ":1/"))
                .put("connect-timeout", "1s");
        return plugin().create(new AuthContext(vertx, folder), settings);
    }

    @Override
    protected long workDone() {
        return work.get();
    }

    private DatabaseServer server() {
        return database.shared();
    }

    private UserTable counted(UserTable table) {
        return new UserTable() {
            @Override
            public Optional<Row> ask(Map<org.smtpgate.auth.sql.Parameter, String> values) throws DatabaseException {
                work.incrementAndGet();
                return table.ask(values);
            }

            @Override
            public void close() {
                table.close();
            }
        };
    }

    private static final class CountedHashes extends Stored {
        private final AtomicLong checks;

        CountedHashes(AtomicLong checks) {
            super(Optional.empty(), counted(SqlPlugin.ofNobody(), checks));
            this.checks = checks;
        }

        @Override
        StoredHash read(String text) throws UnusableHashException {
            return counted(StoredHashes.read(text), checks);
        }

        private static StoredHash counted(StoredHash hash, AtomicLong checks) {
            return new StoredHash() {
                @Override
                public String kind() {
                    return hash.kind();
                }

                @Override
                public boolean matches(byte[] password) {
                    checks.incrementAndGet();
                    return hash.matches(password);
                }
            };
        }
    }
}
