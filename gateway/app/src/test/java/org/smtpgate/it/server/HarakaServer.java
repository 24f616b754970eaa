package org.smtpgate.it.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.it.fixture.RealServers;

/** A Haraka that takes mail for {@code example.org}, with STARTTLS, and keeps each message in a file. */
public final class HarakaServer {

    private static final Path SOURCE = Path.of("src/test/node/haraka");
    private static final Path INSTALLED = Path.of("target/node-haraka");
    private static final Path PROGRAM = INSTALLED.resolve("node_modules/Haraka");

    private HarakaServer() {}

    /** Starts one whose folder is its alone. */
    public static MailServer start(Path path, PemFiles pem) {
        int port = Ports.free();
        String node = RealServers.require("node");
        install();
        ServerFolder folder = ServerFolder.open(path);
        Path mail = folder.folder("mail", 0);
        folder.write("config/me", "haraka.example.org\n");
        folder.write("config/host_list", "example.org\n");
        folder.write("config/smtp.ini", "listen=127.0.0.1:" + port + "\nnodes=0\n");
        folder.write("config/plugins", "tls\nrcpt_to.in_host_list\nqueue/test\n");
        folder.write("config/connection.ini", connectionSettings());
        folder.write("config/tls.ini", "key=" + pem.key() + "\ncert=" + pem.certificate() + "\n");
        List<String> command =
                List.of(node, PROGRAM.resolve("bin/haraka").toAbsolutePath().toString(), "-c", path.toString());
        // The plugin queue/test writes into the system's folder for temporary files.
        Map<String, String> environment = Map.of("TMPDIR", mail.toString(), "HOME", "/nonexistent");
        return new DaemonServer(port, new Maildir(mail), new Daemon(folder, port, environment, command));
    }

    /** Its own, but for larger messages, and lines of 998 octets, which it counts with dots stuffed and CRLF. */
    private static String connectionSettings() {
        try {
            return Files.readString(PROGRAM.resolve("config/connection.ini"))
                    .replaceFirst("(?m)^data_line_length=.*", "data_line_length=1024")
                    .replaceFirst("(?m)^bytes=.*", "bytes=1073741824");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static synchronized void install() {
        if (Files.isDirectory(PROGRAM)) {
            return;
        }
        try {
            Files.createDirectories(INSTALLED);
            for (String file : new String[] {"package.json", "package-lock.json"}) {
                Files.copy(SOURCE.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String npm = RealServers.require("npm");
        Execution run = Execution.of(
                npm,
                "ci",
                "--omit=optional",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--prefix",
                INSTALLED.toString());
        if (run.exitCode() != 0) {
            RealServers.missing("Haraka cannot be installed: " + run.output());
        }
    }
}
