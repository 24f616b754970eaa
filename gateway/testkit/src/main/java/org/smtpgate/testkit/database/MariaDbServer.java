package org.smtpgate.testkit.database;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** MariaDB, whose dialect and wire are those of MySQL. */
public final class MariaDbServer extends DatabaseServer {
    private static final List<Path> PROGRAMS = List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"));

    private final String mariadbd;
    private final String client;
    private boolean tls;

    private MariaDbServer() {
        super("mariadb", "mysql");
        this.mariadbd = require("mariadbd", PROGRAMS);
        this.client = require("mariadb", PROGRAMS);
    }

    /** One with an empty {@link #DATABASE}, which runs. */
    public static MariaDbServer started() {
        String installDb = require("mariadb-install-db", PROGRAMS);
        MariaDbServer server = new MariaDbServer();
        try {
            server.tool(
                    installDb,
                    "--no-defaults",
                    "--datadir=" + server.data(),
                    "--auth-root-authentication-method=normal",
                    "--skip-test-db",
                    "--innodb-flush-log-at-trx-commit=2",
                    "--innodb-log-file-size=8M");
            server.start();
            server.client(
                    "",
                    "CREATE DATABASE " + DATABASE + " CHARACTER SET utf8mb4; CREATE USER '" + USER
                            + "'@'127.0.0.1' IDENTIFIED BY '" + PASSWORD + "'; GRANT ALL ON " + DATABASE + ".* TO '"
                            + USER
                            + "'@'127.0.0.1'");
            return server;
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    @Override
    public String url() {
        return "jdbc:mariadb://127.0.0.1:" + port() + "/" + DATABASE;
    }

    @Override
    public void run(String sql) {
        client(DATABASE, sql);
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
                mariadbd,
                "--no-defaults",
                "--datadir=" + data(),
                "--port=" + port(),
                "--bind-address=127.0.0.1",
                "--socket=" + socket(),
                "--pid-file=" + folder().resolve("pid"),
                "--innodb-buffer-pool-size=16M",
                "--innodb-log-file-size=8M",
                "--innodb-flush-log-at-trx-commit=2",
                "--skip-name-resolve"));
        if (tls) {
            command.add("--ssl-cert=" + folder().resolve("tls.crt"));
            command.add("--ssl-key=" + folder().resolve("tls.key"));
        }
        return command;
    }

    @Override
    boolean answers() {
        return succeeds(client, "--no-defaults", "--socket=" + socket(), "--user=root", "-e", "SELECT 1");
    }

    private void client(String database, String sql) {
        tool(
                client,
                "--no-defaults",
                "--default-character-set=utf8mb4",
                "--socket=" + socket(),
                "--user=root",
                "--database=" + database,
                "-e",
                "source " + write("run.sql", sql));
    }

    private String data() {
        return folder().resolve("data").toString();
    }

    private Path socket() {
        return folder().resolve("socket");
    }
}
