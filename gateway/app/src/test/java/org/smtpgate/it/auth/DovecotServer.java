package org.smtpgate.it.auth;

import java.nio.file.Path;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.it.server.DovecotAccounts;
import org.smtpgate.it.server.DovecotAuth;

/** A Dovecot for {@code plugin: dovecot}. */
final class DovecotServer implements AuthServer {
    private static final DovecotAccounts ACCOUNTS = new DovecotAccounts(GatewaySetup.USER, GatewaySetup.PASSWORD);

    /** Where the gateway finds it. */
    enum Door {
        UNIX,
        TCP
    }

    private final int port = Ports.free();
    private final Path path;
    private final Door door;
    private DovecotAuth running;

    DovecotServer(Path path, Door door) {
        this.path = path;
        this.door = door;
    }

    @Override
    public String section() {
        return switch (door) {
            case UNIX -> "{ plugin: dovecot, socket: %s }".formatted(DovecotAuth.socket(path));
            case TCP -> "{ plugin: dovecot, address: \"127.0.0.1:%d\" }".formatted(port);
        };
    }

    @Override
    public void start() {
        running = new DovecotAuth(path, ACCOUNTS, port);
    }

    @Override
    public void kill() {
        running.kill();
        running = null;
    }

    @Override
    public void close() {
        if (running != null) {
            running.close();
        }
    }
}
