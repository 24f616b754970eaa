package org.smtpgate.it.auth;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;

/** Passwords that a real Keycloak redeems. */
class OAuth2OutageTest extends BackendOutageContract {
    private static KeycloakInstallation installation;

    @BeforeAll
    static void install() throws Exception {
        installation = KeycloakInstallation.find();
    }

    @Override
    protected AuthServer server(Path serverFolder) {
        return new KeycloakServer(installation, serverFolder);
    }
}
