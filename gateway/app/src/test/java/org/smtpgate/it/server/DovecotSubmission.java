package org.smtpgate.it.server;

import java.nio.file.Path;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.fixture.Ports;

/** A Dovecot that takes mail of those who log in, with STARTTLS, and relays it while they wait. */
public final class DovecotSubmission implements AutoCloseable {

    private static final String SETTINGS = """
            protocols = submission
            hostname = dovecot.example.org
            ssl = yes
            ssl_cert = <%1$s
            ssl_key = <%2$s
            submission_relay_host = 127.0.0.1
            submission_relay_port = %3$d
            submission_max_mail_size = 0
            service submission-login {
              inet_listener submission {
                address = 127.0.0.1
                port = %4$d
              }
              inet_listener submissions {
                port = 0
              }
            }
            """;

    private final int port = Ports.free();
    private final int authPort = Ports.free();
    private final TokenIntrospection introspection;
    private final DovecotInstance dovecot;

    /** Starts one before a server that gets all its mail; the folder is its alone. */
    public DovecotSubmission(Path path, PemFiles pem, DovecotAccounts accounts, int relayPort) {
        ServerFolder folder = ServerFolder.open(path);
        this.introspection = new TokenIntrospection(accounts.subjects());
        String settings = SETTINGS.formatted(pem.certificate(), pem.key(), relayPort, port)
                + DovecotInstance.ANYBODY.formatted(path.resolve("mail"))
                + accounts.settings(folder, authPort, introspection);
        this.dovecot = new DovecotInstance(path, "submission", port, settings);
    }

    /** Where it listens on loopback. */
    public int port() {
        return port;
    }

    @Override
    public void close() {
        dovecot.close();
        introspection.close();
    }
}
