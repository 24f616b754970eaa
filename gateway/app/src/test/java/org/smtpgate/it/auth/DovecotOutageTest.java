package org.smtpgate.it.auth;

import java.nio.file.Path;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.it.server.DovecotAccounts;
import org.smtpgate.it.server.DovecotAuth;

/** {@code plugin: dovecot} before a Dovecot that is killed, through both of its doors. */
@ParameterizedClass
@EnumSource
class DovecotOutageTest extends BackendOutageContract {

    /** Where Dovecot listens. */
    enum Door {
        UNIX,
        TCP
    }

    @Parameter
    private Door door;

    @Override
    protected AuthServer server(Path serverFolder) {
        return new Server(serverFolder, door);
    }

    private static final class Server implements AuthServer {
        private static final DovecotAccounts ACCOUNTS = new DovecotAccounts(GatewaySetup.USER, GatewaySetup.PASSWORD);

        private final int port = Ports.free();
        private final Path path;
        private final Door door;
        private DovecotAuth running;

        Server(Path path, Door door) {
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
}
