package org.smtpgate.it.server;

import java.nio.file.Path;
import org.smtpgate.it.fixture.Ports;

/** A Dovecot that serves no mail, and lets a Postfix ask it about logins. */
public final class DovecotAuth implements AutoCloseable {

    private final int port = Ports.free();
    private final TokenIntrospection introspection;
    private final DovecotInstance dovecot;

    /** Starts one whose folder is its alone. */
    public DovecotAuth(Path path, DovecotAccounts accounts) {
        this.introspection = new TokenIntrospection(accounts.subjects());
        String settings = "protocols =\n" + DovecotInstance.ANYBODY.formatted(path.resolve("mail"))
                + accounts.settings(ServerFolder.open(path), port, introspection);
        this.dovecot = new DovecotInstance(path, "auth", port, settings);
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        dovecot.close();
        introspection.close();
    }
}
