package org.smtpgate.it.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.RealServers;

/** One login with a password in a sasldb of Cyrus SASL, for a Postfix to read. */
public record CyrusAccounts(String login, String password) {

    /** All that Cyrus SASL 2.1.28 can do with a password that it knows. */
    public static final String MECHANISMS =
            "PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-224 SCRAM-SHA-256 SCRAM-SHA-384 SCRAM-SHA-512";

    private static final String SETTINGS = """
            pwcheck_method: auxprop
            auxprop_plugin: sasldb
            sasldb_path: %s
            mech_list: %s
            """;

    /** Makes the database, and the settings that lead to it where Debian's Postfix looks for them. */
    void writeFor(ServerFolder folder) {
        String saslpasswd = RealServers.require("saslpasswd2");
        String user = login.substring(0, login.indexOf('@'));
        String realm = login.substring(login.indexOf('@') + 1);
        Path database = folder.folder("sasl", 0).resolve("sasldb2");
        Path secret = folder.write("sasl/password", password);
        Execution.reading(secret, saslpasswd, "-p", "-c", "-f", database.toString(), "-u", realm, user)
                .succeeded();
        Execution.of("chown", "postfix", database.toString()).succeeded();
        folder.write("etc/sasl/smtpd.conf", SETTINGS.formatted(database, MECHANISMS));
        try {
            Files.delete(secret);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "accounts of " + login;
    }
}
