package org.smtpgate.auth.ldap;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.auth.AuthPluginContract;
import org.smtpgate.testkit.server.Ports;
import org.smtpgate.testkit.server.Slapd;

/** The contract, at a real slapd: with each way to get at a user's entry, and with each way to get TLS. */
@ParameterizedClass
@EnumSource
class LdapContractTest extends AuthPluginContract {

    @TempDir
    static Path serverFolder;

    private static Slapd slapd;

    @Parameter
    private Way way;

    /** How the backend is set up. */
    enum Way {
        SEARCH_OVER_STARTTLS(section -> section.put("urls", starttls(slapd.port()))
                .put("bind-dn", Slapd.READER)
                .put("bind-password", Slapd.READER_PASSWORD)
                .put(
                        "search",
                        new JsonObject()
                                .put("base", Slapd.PEOPLE)
                                .put("filter", "(&(objectClass=inetOrgPerson)(|(uid={login})(mail={login})))"))),
        TEMPLATE_OVER_LDAPS(section -> section.put("urls", "ldaps://localhost:" + slapd.tlsPort())
                .put("user-dn", "uid={login}," + Slapd.PEOPLE));

        private final UnaryOperator<JsonObject> settings;

        Way(UnaryOperator<JsonObject> settings) {
            this.settings = settings;
        }

        private static String starttls(int port) {
            return "ldap://localhost:" + port;
        }
    }

    @BeforeAll
    static void startSlapd() {
        slapd = Slapd.in(serverFolder)
                .person(USER, PASSWORD)
                .person(UNICODE_USER, UNICODE_PASSWORD)
                .start();
    }

    @AfterAll
    static void stopSlapd() {
        if (slapd != null) {
            slapd.close();
        }
    }

    @Override
    protected AuthPlugin plugin() {
        return new LdapPlugin();
    }

    @Override
    protected JsonObject settings() throws Exception {
        Files.writeString(folder.resolve("ca.pem"), TestCertificates.authorityPem());
        return way.settings.apply(new JsonObject().put("tls", new JsonObject().put("trust", "ca.pem")));
    }

    @Override
    protected AuthBackend working() throws Exception {
        return plugin().create(new AuthContext(vertx, folder), settings());
    }

    /** Nobody listens there. */
    @Override
    protected AuthBackend broken() throws Exception {
        return plugin().create(
                        new AuthContext(vertx, folder),
                        settings().put("urls", new JsonArray().add("ldaps://localhost:" + Ports.free())));
    }

    /** Binds of users: the gateway's own are made once for a connection. */
    @Override
    protected long workDone() {
        return slapd.log()
                .lines()
                .filter(line -> line.contains(" BIND dn=") && line.contains("method=128"))
                .filter(line -> !line.contains(Slapd.READER))
                .count();
    }
}
