package org.smtpgate.auth.sql;

import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.Map;
import org.smtpgate.testkit.database.DatabaseServer;
import org.smtpgate.testkit.database.MariaDbServer;
import org.smtpgate.testkit.database.PostgresServer;

/** The real databases of the tests; one of each is shared by those that let it live. */
enum Databases {
    POSTGRESQL,
    MARIADB;

    private static final Map<Databases, DatabaseServer> SHARED = new EnumMap<>(Databases.class);

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> SHARED.values().forEach(DatabaseServer::close)));
    }

    /** One that is nobody's else, and runs. */
    DatabaseServer started() {
        return this == POSTGRESQL ? PostgresServer.started() : MariaDbServer.started();
    }

    DatabaseServer shared() {
        synchronized (SHARED) {
            return SHARED.computeIfAbsent(this, Databases::started);
        }
    }

    /** Makes the table anew, with these users: {@code login, stored password}. */
    void fill(DatabaseServer server, String... loginsAndPasswords) {
        String bytewise = this == MARIADB ? " COLLATE utf8mb4_bin" : "";
        StringBuilder sql = new StringBuilder("DROP TABLE IF EXISTS users;\n");
        sql.append("CREATE TABLE users (login VARCHAR(255)").append(bytewise);
        sql.append(
                ", password VARCHAR(1000), quota INT, rate DECIMAL(5,2), vip BOOLEAN, since DATE, note VARCHAR(20));\n");
        for (int user = 0; user < loginsAndPasswords.length; user += 2) {
            String stored = loginsAndPasswords[user + 1];
            sql.append("INSERT INTO users VALUES ('%s', %s, 5, 1.5, true, '2026-02-03', NULL);%n"
                    .formatted(loginsAndPasswords[user], stored == null ? "NULL" : "'" + stored + "'"));
        }
        server.run(sql.toString());
    }

    /** What lets the plugin ask for the password of a login. */
    static JsonObject settings(DatabaseServer server) {
        return new JsonObject()
                .put("url", server.url())
                .put("user", DatabaseServer.USER)
                .put("password", DatabaseServer.PASSWORD)
                .put("connect-timeout", "10s")
                .put("query", "SELECT password FROM users WHERE login = {login}");
    }
}
