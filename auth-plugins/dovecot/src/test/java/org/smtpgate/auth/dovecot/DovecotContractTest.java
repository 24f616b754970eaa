package org.smtpgate.auth.dovecot;

import io.vertx.core.json.JsonObject;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.testkit.Loopback;
import org.smtpgate.testkit.auth.AuthPluginContract;

/** The contract, before a Dovecot that knows both users. */
class DovecotContractTest extends AuthPluginContract {

    @TempDir
    private static Path home;

    private static RealDovecot dovecot;
    private static AskedRelay relay;

    @BeforeAll
    static void startDovecot() {
        dovecot = new RealDovecot(home, USER + ":{PLAIN}" + PASSWORD, UNICODE_USER + ":{PLAIN}" + UNICODE_PASSWORD);
        relay = new AskedRelay(dovecot.port());
    }

    @AfterAll
    static void stopDovecot() {
        if (dovecot != null) {
            relay.close();
            dovecot.close();
        }
    }

    @Override
    protected AuthPlugin plugin() {
        return new DovecotPlugin();
    }

    @Override
    protected JsonObject settings() {
        // All of the contract's guesses come from one address.
        return new JsonObject().put("address", "127.0.0.1:" + relay.port()).put("penalty", false);
    }

    @Override
    protected AuthBackend working() {
        return plugin().create(new AuthContext(vertx, folder), settings());
    }

    /** Nobody listens. */
    @Override
    protected AuthBackend broken() {
        ServerSocket free = Loopback.listen();
        Loopback.close(free);
        return plugin().create(
                        new AuthContext(vertx, folder),
                        new JsonObject().put("address", "127.0.0.1:" + free.getLocalPort()));
    }

    @Override
    protected long workDone() {
        return relay.logins();
    }
}
