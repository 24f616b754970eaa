package org.smtpgate.it.auth;

import java.util.Map;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.passwords.BcryptHasher;
import org.smtpgate.testkit.database.DatabaseServer;

/** A database with a table of users; {@code more} are keys of the plugin's. */
record DatabaseAuth(DatabaseServer server, String more) implements AuthServer {

    /** One with the one user, which does not run yet. */
    static DatabaseAuth of(DatabaseServer server) {
        return of(server, Map.of(GatewaySetup.USER, new BcryptHasher().hash(GatewaySetup.PASSWORD)), "");
    }

    /** One with these users and what is stored of their passwords, which does not run yet. */
    static DatabaseAuth of(DatabaseServer server, Map<String, String> users, String more) {
        server.run("CREATE TABLE users (login VARCHAR(255), password VARCHAR(255));\n");
        users.forEach((user, stored) -> server.run("INSERT INTO users VALUES ('%s', '%s');\n".formatted(user, stored)));
        server.kill();
        return new DatabaseAuth(server, more);
    }

    @Override
    public String section() {
        return "{ plugin: sql, url: \"%s\", user: %s, password: %s, query: \"%s\"%s }"
                .formatted(
                        server.url(),
                        DatabaseServer.USER,
                        DatabaseServer.PASSWORD,
                        "SELECT login, password FROM users WHERE login = {login}",
                        more);
    }

    @Override
    public void start() {
        server.start();
    }

    @Override
    public void kill() {
        server.kill();
    }

    @Override
    public void close() {
        server.close();
    }
}
