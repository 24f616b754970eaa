package org.smtpgate.testkit.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** PostgreSQL; logins are by SCRAM. */
public final class PostgresServer extends DatabaseServer {
    /** In its lock file, "key id" of its segment of System V shared memory is the seventh. */
    private static final int SEGMENT_LINE = 6;

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    private final String postgres;
    private final String psql;
    private boolean tls;

    private PostgresServer(List<Path> folders) {
        super("postgres", "postgres");
        this.postgres = require("postgres", folders);
        this.psql = require("psql", folders);
    }

    /** One with an empty {@link #DATABASE}, which runs. */
    public static PostgresServer started() {
        List<Path> folders = programs();
        String initdb = require("initdb", folders);
        PostgresServer server = new PostgresServer(folders);
        try {
            server.tool(
                    initdb,
                    "-D",
                    server.data(),
                    "-U",
                    "postgres",
                    "-E",
                    "UTF8",
                    "--locale=C.UTF-8",
                    "--auth-local=trust",
                    "--auth-host=scram-sha-256",
                    "--no-sync");
            server.start();
            server.psql("postgres", "CREATE USER " + USER + " PASSWORD '" + PASSWORD + "'");
            server.psql("postgres", "CREATE DATABASE " + DATABASE + " OWNER " + USER);
            return server;
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    @Override
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + DATABASE;
    }

    /** As the gateway's user, who owns the database. */
    @Override
    public void run(String sql) {
        tool(
                psql,
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                folder().toString(),
                "-p",
                "" + port(),
                "-U",
                USER,
                "-d",
                DATABASE,
                "-f",
                write("run.sql", sql).toString());
    }

    @Override
    public void tls(String certificate, String key) {
        write("tls.crt", certificate);
        write("tls.key", key);
        tls = true;
    }

    @Override
    List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                postgres,
                "-D",
                data(),
                "-p",
                "" + port(),
                "-k",
                folder().toString(),
                "-h",
                "127.0.0.1",
                "-F",
                "-c",
                "shared_buffers=16MB",
                // In files of its folder: what it has in /dev/shm stays there when it is killed.
                "-c",
                "dynamic_shared_memory_type=mmap",
                "-c",
                "password_encryption=scram-sha-256"));
        if (tls) {
            command.addAll(List.of(
                    "-c", "ssl=on",
                    "-c", "ssl_cert_file=" + folder().resolve("tls.crt"),
                    "-c", "ssl_key_file=" + folder().resolve("tls.key")));
        }
        return command;
    }

    @Override
    boolean answers() {
        return succeeds(
                psql,
                "-h",
                folder().toString(),
                "-p",
                "" + port(),
                "-U",
                "postgres",
                "-d",
                "postgres",
                "-c",
                "SELECT 1");
    }

    /** A start in the same folder would have taken it away, but there is none any more. */
    @Override
    void forget() {
        Path lock = folder().resolve("data").resolve("postmaster.pid");
        List<String> lines = Files.exists(lock) ? lines(lock) : List.of();
        String[] segment =
                lines.size() > SEGMENT_LINE ? lines.get(SEGMENT_LINE).trim().split(" +") : new String[0];
        if (segment.length == 2) {
            // It may be gone already, which is as well.
            succeeds("ipcrm", "-m", segment[1]);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void psql(String database, String sql) {
        tool(
                psql,
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                folder().toString(),
                "-p",
                "" + port(),
                "-U",
                "postgres",
                "-d",
                database,
                "-c",
                sql);
    }

    private String data() {
        return folder().resolve("data").toString();
    }

    /** Debian keeps its programs in a folder of their version, the latest first here. */
    private static List<Path> programs() {
        if (!Files.isDirectory(INSTALLED)) {
            return List.of(Path.of("/usr/bin"));
        }
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("bin"))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
