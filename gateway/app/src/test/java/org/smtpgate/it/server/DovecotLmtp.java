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

/** A Dovecot that takes mail over LMTP for any recipient and keeps it in one maildir. */
public final class DovecotLmtp implements AutoCloseable {

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
            userdb {
              driver = static
              args = uid=65534 gid=65534 home=%1$s/mail
            }
            service lmtp {
              inet_listener lmtp {
                address = 127.0.0.1
                port = %2$d
              }
            }
            """;

    private final int port = Ports.free();
    private final Path folder;
    private final Process process;

    /** Starts one whose folder is its alone. */
    public DovecotLmtp(Path folder) {
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
            Path settings = Files.writeString(folder.resolve("dovecot.conf"), SETTINGS.formatted(folder, port));
            this.process = new ProcessBuilder(dovecot, "-F", "-c", settings.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("output").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await("Dovecot listens").atMost(Duration.ofSeconds(30)).until(() -> Ports.answers(port));
    }

    int port() {
        return port;
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
