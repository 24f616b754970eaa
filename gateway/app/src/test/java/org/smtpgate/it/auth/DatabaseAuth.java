package org.smtpgate.it.auth;

import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.passwords.BcryptHasher;
import org.smtpgate.testkit.database.DatabaseServer;

/** A database with a table of users. */
record DatabaseAuth(DatabaseServer server) implements AuthServer {

    /** One with the one user, which does not run yet. */
    static DatabaseAuth of(DatabaseServer server) {
        server.run("CREATE TABLE users (login VARCHAR(255), password VARCHAR(255));\n"
                + "INSERT INTO users VALUES ('%s', '%s');\n"
                        .formatted(GatewaySetup.USER, new BcryptHasher().hash(GatewaySetup.PASSWORD)));
        server.kill();
        return new DatabaseAuth(server);
    }

    @Override
    public String section() {
        return "{ plugin: sql, url: \"%s\", user: %s, password: %s, query: \"%s\" }"
                .formatted(
                        server.url(),
                        DatabaseServer.USER,
                        DatabaseServer.PASSWORD,
                        "SELECT login, password FROM users WHERE login = {login}");
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
