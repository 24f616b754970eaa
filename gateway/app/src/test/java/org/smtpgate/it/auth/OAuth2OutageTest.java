package org.smtpgate.it.auth;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Passwords that a real Keycloak redeems. */
class OAuth2OutageTest extends BackendOutageContract {
    @TempDir
    static Path shared;

    private static KeycloakInstallation installation;

    @BeforeAll
    static void install() throws Exception {
        installation = KeycloakInstallation.in(shared);
    }

    @Override
    protected AuthServer server(Path serverFolder) {
        return new KeycloakServer(installation, serverFolder);
    }
}
