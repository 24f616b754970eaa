package org.smtpgate.it.auth;

import java.nio.file.Path;

/** The backend {@code saslauthd}, before PAM. */
class SaslauthdOutageTest extends BackendOutageContract {
    @Override
    protected AuthServer server(Path serverFolder) {
        return new SaslauthdServer(serverFolder);
    }
}
