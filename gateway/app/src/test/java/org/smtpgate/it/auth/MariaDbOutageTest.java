package org.smtpgate.it.auth;

import java.nio.file.Path;
import org.smtpgate.testkit.database.MariaDbServer;

/** The plugin {@code sql} before a real MariaDB. */
class MariaDbOutageTest extends BackendOutageContract {
    @Override
    protected AuthServer server(Path serverFolder) {
        return DatabaseAuth.of(MariaDbServer.started());
    }
}
