package org.smtpgate.it.auth;

import java.nio.file.Path;
import org.smtpgate.testkit.database.PostgresServer;

/** The plugin {@code sql} before a real PostgreSQL. */
class PostgresOutageTest extends BackendOutageContract {
    @Override
    protected AuthServer server(Path serverFolder) {
        return DatabaseAuth.of(PostgresServer.started());
    }
}
