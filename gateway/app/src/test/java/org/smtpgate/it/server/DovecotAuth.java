package org.smtpgate.it.server;

import java.nio.file.Path;
import org.smtpgate.it.fixture.Ports;

/** A Dovecot that serves no mail, and lets others ask it about logins: on a port, and on a UNIX socket. */
public final class DovecotAuth implements AutoCloseable {

    private static final String SOCKET = """
            service auth {
              unix_listener %s {
                mode = 0600
              }
            }
            """;

    private final int port;
    private final TokenIntrospection introspection;
    private final DovecotInstance dovecot;

    /** Starts one whose folder is its alone. */
    public DovecotAuth(Path path, DovecotAccounts accounts) {
        this(path, accounts, Ports.free());
    }

    /** Likewise, at a port that was free before; the folder may be that of one that has ended. */
    public DovecotAuth(Path path, DovecotAccounts accounts, int port) {
        this(path, accounts, port, "");
    }

    /** Likewise, with more settings, of which each stands in place of an earlier one of its name. */
    public DovecotAuth(Path path, DovecotAccounts accounts, int port, String more) {
        this.port = port;
        this.introspection = new TokenIntrospection(accounts.subjects());
        String settings = "protocols =\n" + DovecotInstance.ANYBODY.formatted(path.resolve("mail"))
                + accounts.settings(ServerFolder.open(path), port, introspection)
                + SOCKET.formatted(socket(path))
                + more;
        this.dovecot = new DovecotInstance(path, "auth", port, settings);
    }

    /** The UNIX socket of one in that folder. */
    public static Path socket(Path path) {
        return path.resolve("auth-client");
    }

    int port() {
        return port;
    }

    /** Ends all its processes at once, as a crash does. */
    public void kill() {
        dovecot.kill();
        introspection.close();
    }

    @Override
    public void close() {
        dovecot.close();
        introspection.close();
    }
}
