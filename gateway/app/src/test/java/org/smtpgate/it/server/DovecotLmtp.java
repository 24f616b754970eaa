package org.smtpgate.it.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.it.fixture.RealServers;

/** A Dovecot that takes mail over LMTP, for any recipient or for two that it knows, and keeps it in a maildir. */
public final class DovecotLmtp implements AutoCloseable {
    /** A user of {@link #withUsers}. */
    public static final String KNOWN = "known@example.org";

    /** A user of {@link #withUsers} whose mailbox has no room for a message. */
    public static final String FULL = "full@example.org";

    private static final String SETTINGS = """
            base_dir = %1$s/run
            state_dir = %1$s/state
            log_path = %1$s/log
            protocols = lmtp
            listen = 127.0.0.1
            ssl = no
            first_valid_uid = 1
            mail_location = maildir:%1$s/mail
            passdb {
              driver = static
              args = nopassword=y
            }
            %3$s
            service lmtp {
              inet_listener lmtp {
                address = 127.0.0.1
                port = %2$d
              }
            }
            """;

    private static final String ANYBODY = """
            userdb {
              driver = static
              args = uid=65534 gid=65534 home=%1$s/mail
            }
            """;

    private static final String USERS = """
            userdb {
              driver = passwd-file
              args = %1$s/users
            }
            protocol lmtp {
              mail_plugins = quota
            }
            plugin {
              quota = maildir:User quota
            }
            """;

    private static final String ENTRIES = """
            known@example.org::65534:65534::%1$s/mail::
            full@example.org::65534:65534::%1$s/mail/full::userdb_mail=maildir:%1$s/mail/full userdb_quota_rule=*:bytes=10
            """;

    private final int port = Ports.free();
    private final Path folder;
    private final Process process;

    /** Starts one that takes mail for anybody; the folder is its alone. */
    public DovecotLmtp(Path folder) {
        this(folder, ANYBODY);
    }

    /** Starts one that knows {@link #KNOWN} and {@link #FULL}, and nobody else; the folder is its alone. */
    public static DovecotLmtp withUsers(Path folder) {
        return new DovecotLmtp(folder, USERS);
    }

    private DovecotLmtp(Path folder, String users) {
        this.folder = folder;
        String dovecot = RealServers.require("dovecot");
        RealServers.requireRoot("dovecot");
        if (!Files.isExecutable(Path.of("/usr/lib/dovecot/lmtp"))) {
            RealServers.missing("Dovecot's LMTP server is not installed");
        }
        try {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path mail = Files.createDirectory(folder.resolve("mail"));
            Execution.of("chown", "65534:65534", mail.toString()).succeeded();
            Path settings = Files.writeString(
                    folder.resolve("dovecot.conf"), SETTINGS.formatted(folder, port, users.formatted(folder)));
            Files.writeString(folder.resolve("users"), ENTRIES.formatted(folder));
            this.process = new ProcessBuilder(dovecot, "-F", "-c", settings.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("output").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await("Dovecot listens").atMost(Duration.ofSeconds(30)).until(() -> Ports.answers(port));
    }

    /** Where its LMTP service listens on loopback. */
    public int port() {
        return port;
    }

    /** What it has delivered, but for that of {@link #FULL}. */
    public Maildir maildir() {
        return new Maildir(mail());
    }

    Path mail() {
        return folder.resolve("mail/new");
    }

    @Override
    public void close() {
        process.destroy();
        await("Dovecot has ended").atMost(Duration.ofSeconds(30)).until(() -> !process.isAlive());
    }
}
