package org.smtpgate.testkit.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A real database server, with a data folder that lives as long as this object, and one address however often it is started.
 * For one thread. Where its program is not installed the test is skipped, or fails with {@code -Dsmtpgate.it=required}.
 */
public abstract sealed class DatabaseServer implements AutoCloseable permits PostgresServer, MariaDbServer {
    /** The database that the tests' tables are in, and its user. */
    public static final String DATABASE = "mail";

    public static final String USER = "gateway";
    public static final String PASSWORD = "Db-7-secret-of-the-gateway";

    private static final int LOWEST_PORT = 10_000;
    private static final int HIGHEST_PORT = 32_000;

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final Account account;
    private final int port;
    private ServerProcess process;

    DatabaseServer(String name, String account) {
        this.account = Account.of(account);
        this.port = freePort();
        try {
            // Not in a folder of the test's: that is closed to the account of the server.
            this.folder = Files.createTempDirectory("smtpgate-" + name);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            this.account.owns(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it, and returns when it answers. */
    public final void start() {
        process = new ServerProcess(account.command(command()), folder.resolve("output"));
        process.await(this::answers);
    }

    /** Ends it as a crash does, with SIGKILL; returns when all its processes are gone. */
    public final void kill() {
        if (process != null) {
            process.kill();
            process = null;
        }
    }

    /** Holds it as a machine that hangs: connections are taken, and nothing is answered. */
    public final void pause() {
        process.signal("STOP");
    }

    public final void resume() {
        process.signal("CONT");
    }

    /** The URL of {@link #DATABASE} for JDBC, without a user. */
    public abstract String url();

    /** Runs statements as its administrator. */
    public abstract void run(String sql);

    /** Where {@link #tls} files are, and what else belongs to it. */
    public final Path folder() {
        return folder;
    }

    public final int port() {
        return port;
    }

    /** Lets it offer TLS with a certificate and its key, both PEM, from its next start on. */
    public abstract void tls(String certificate, String key);

    /** Kills it, and deletes what it has written. */
    @Override
    public final void close() {
        kill();
        forget();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    abstract List<String> command();

    abstract boolean answers();

    /** Takes away what a killed one leaves outside of its folder. */
    void forget() {}

    /** Runs a program as the server's account, and fails when it does. */
    final void tool(String... command) {
        ServerProcess.run(account.command(List.of(command)), folder.resolve("tool-output"));
    }

    /** Whether a program ends well. */
    final boolean succeeds(String... command) {
        return ServerProcess.ends(account.command(List.of(command)), folder.resolve("tool-output")) == 0;
    }

    /** Writes a file that the account alone may read. */
    final Path write(String name, String text) {
        try {
            Path file = Files.writeString(folder.resolve(name), text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            account.owns(file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The program of this name in one of these folders. */
    static String require(String program, List<Path> folders) {
        Optional<Path> found = folders.stream()
                .map(folder -> folder.resolve(program))
                .filter(Files::isExecutable)
                .findFirst();
        return found.map(Path::toString).orElseGet(() -> {
            String missing = program + " is not installed";
            return "required".equals(System.getProperty("smtpgate.it"))
                    ? Assertions.fail(missing)
                    : Assumptions.abort(missing);
        });
    }

    /** Below those that the system gives to outgoing connections: one might take it while the server is down. */
    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // The next one, then.
            }
        }
    }
}
