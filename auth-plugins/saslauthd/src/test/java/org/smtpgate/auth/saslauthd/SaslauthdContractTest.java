package org.smtpgate.auth.saslauthd;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.testkit.auth.AuthPluginContract;
import org.smtpgate.testkit.server.Saslauthd;
import org.smtpgate.testkit.server.Slapd;

/** The contract, at a real saslauthd before a real slapd: with four strings in a request, and with five. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class SaslauthdContractTest extends AuthPluginContract {
    @TempDir
    static Path serverFolder;

    private static Slapd slapd;
    private static Saslauthd saslauthd;

    @Parameter
    private boolean sendAddress;

    @BeforeAll
    static void startServers() throws Exception {
        slapd = Slapd.in(Files.createDirectory(serverFolder.resolve("slapd")))
                .person(USER, PASSWORD)
                .person(UNICODE_USER, UNICODE_PASSWORD)
                .start();
        saslauthd = Saslauthd.before(slapd, Files.createDirectory(serverFolder.resolve("saslauthd")))
                .start();
    }

    @AfterAll
    static void stopServers() {
        if (saslauthd != null) {
            saslauthd.close();
        }
        if (slapd != null) {
            slapd.close();
        }
    }

    @Override
    protected AuthPlugin plugin() {
        return new SaslauthdPlugin();
    }

    @Override
    protected JsonObject settings() {
        return new JsonObject().put("socket", saslauthd.socket().toString()).put("send-address", sendAddress);
    }

    @Override
    protected AuthBackend working() {
        return plugin().create(new AuthContext(vertx, folder), settings());
    }

    @Override
    protected AuthBackend broken() {
        return plugin().create(new AuthContext(vertx, folder), settings().put("socket", "nobody"));
    }

    @Override
    protected long workDone() {
        return saslauthd.judged();
    }
}
