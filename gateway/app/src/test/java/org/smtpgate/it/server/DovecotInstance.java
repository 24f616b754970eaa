package org.smtpgate.it.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.smtpgate.it.fixture.RealServers;

/** One Dovecot in the foreground with its own configuration, apart from the system's own. */
final class DovecotInstance implements AutoCloseable {

    private static final String SETTINGS = """
            base_dir = %1$s/run
            state_dir = %1$s/state
            log_path = %1$s/log
            listen = 127.0.0.1
            ssl = no
            first_valid_uid = 1
            mail_location = maildir:%2$s
            """;

    /** Whoever it may be has the one maildir, of which {@code %s} is the folder. */
    static final String ANYBODY = """
            userdb {
              driver = static
              args = uid=65534 gid=65534 home=%s
            }
            """;

    private final Path mail;
    private final Daemon daemon;

    /**
     * Starts it with more settings than every instance has.
     *
     * @param program which of Dovecot's own programs it needs, such as {@code lmtp}
     * @param port on which it will listen by these settings
     */
    DovecotInstance(Path path, String program, int port, String settings) {
        String dovecot = RealServers.require("dovecot");
        RealServers.requireRoot("dovecot");
        if (!Files.isExecutable(Path.of("/usr/lib/dovecot", program))) {
            RealServers.missing("Dovecot's " + program + " is not installed");
        }
        ServerFolder folder = ServerFolder.open(path);
        this.mail = folder.folder("mail", ServerFolder.NOBODY);
        String all = SETTINGS.formatted(path, mail) + settings;
        Path configuration = folder.write("dovecot.conf", all);
        this.daemon = new Daemon(folder, port, Map.of(), List.of(dovecot, "-F", "-c", configuration.toString()));
    }

    Path mail() {
        return mail;
    }

    void kill() {
        daemon.kill();
    }

    @Override
    public void close() {
        daemon.close();
    }
}
