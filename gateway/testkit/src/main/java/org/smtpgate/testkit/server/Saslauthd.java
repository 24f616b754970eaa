package org.smtpgate.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real saslauthd (Cyrus SASL) with its socket in a folder of its own, as one process that can be killed. */
public final class Saslauthd implements AutoCloseable {
    private static final String LDAP = """
            ldap_servers: ldap://127.0.0.1:%d
            ldap_bind_dn: %s
            ldap_password: %s
            ldap_search_base: %s
            ldap_filter: uid=%%u
            """;

    private final Path folder;
    private final List<String> command = new ArrayList<>();
    private ServerProcess process;

    private Saslauthd(Path folder, List<String> mechanism) {
        this.folder = folder;
        // Told to end, it tells its whole group of processes, and in the foreground that would be the tests' own.
        command.add(RealServers.require("setsid"));
        command.addAll(List.of(RealServers.require("saslauthd"), "-d", "-n", "1", "-m", run().toString()));
        command.addAll(mechanism);
    }

    /** One that keeps its files in an empty folder, asks whom these options say, and is not started yet. */
    public static Saslauthd in(Path folder, String... mechanism) {
        return new Saslauthd(folder, List.of(mechanism));
    }

    /** One that asks a slapd about passwords; a realm counts for nothing there. */
    public static Saslauthd before(Slapd slapd, Path folder) {
        try {
            Path settings = Files.writeString(
                    folder.resolve("ldap.conf"),
                    LDAP.formatted(slapd.port(), Slapd.READER, Slapd.READER_PASSWORD, Slapd.PEOPLE));
            return in(folder, "-a", "ldap", "-O", settings.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it by another command that has its own as its last arguments; before the first start. */
    public Saslauthd by(List<String> launcher) {
        command.addAll(0, launcher);
        return this;
    }

    /** Starts it, and returns when it answers. */
    public Saslauthd start() {
        try {
            Files.createDirectories(run());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = ServerProcess.start(command, folder.resolve("output"), this::answers);
        return this;
    }

    private boolean answers() {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Where it listens. */
    public Path socket() {
        return run().resolve("mux");
    }

    private Path run() {
        return folder.resolve("run");
    }

    /** What it has logged so far, with each login's user, service and realm. */
    public String log() {
        return process.output();
    }

    /** How many logins it has judged. */
    public long judged() {
        return log().lines()
                .filter(line -> line.contains(":auth failure:") || line.contains(":auth success:"))
                .count();
    }

    /** Ends it as a crash does, so that its socket stays behind; returns when it is gone. */
    public void kill() {
        process.kill();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
