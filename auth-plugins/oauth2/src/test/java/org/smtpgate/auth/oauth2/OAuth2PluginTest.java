package org.smtpgate.auth.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.testkit.auth.LogCapture;

class OAuth2PluginTest {
    private static final String WARNING = "lets in whoever has an active token";

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path folder;

    @AfterEach
    void stopVertx() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    /** A token that a user gave to another service of the same provider would send mail in the user's name. */
    @Test
    void warnsOfIntrospectionThatAsksNobodyForWhomATokenWasMeant() throws Exception {
        JsonObject section = new JsonObject()
                .put("issuer", "https://login.example.org/")
                .put("mode", "introspection")
                .mergeIn(Sections.client());

        assertThat(loggedFor(section)).contains(WARNING);
        assertThat(loggedFor(section.copy().put("audience", "smtp"))).doesNotContain(WARNING);
        assertThat(loggedFor(section.copy().put("scopes", "smtp.send"))).doesNotContain(WARNING);
    }

    private String loggedFor(JsonObject section) throws Exception {
        try (LogCapture log = LogCapture.start()) {
            new OAuth2Plugin()
                    .create(new AuthContext(vertx, folder), section)
                    .close()
                    .await(20, TimeUnit.SECONDS);
            return log.text();
        }
    }
}
