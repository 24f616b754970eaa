package org.smtpgate.it.auth;

import java.nio.file.Path;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.server.PamSaslauthd;
import org.smtpgate.testkit.server.Saslauthd;

/** Cyrus SASL's saslauthd, which asks PAM about the login without its domain. */
final class SaslauthdServer implements AuthServer {
    private final Saslauthd saslauthd;

    SaslauthdServer(Path folder) {
        String user = GatewaySetup.USER.substring(0, GatewaySetup.USER.indexOf('@'));
        saslauthd = PamSaslauthd.of(user, GatewaySetup.PASSWORD, folder);
    }

    @Override
    public String section() {
        return "{ plugin: saslauthd, socket: \"%s\", send-address: true }".formatted(saslauthd.socket());
    }

    @Override
    public void start() {
        saslauthd.start();
    }

    @Override
    public void kill() {
        saslauthd.kill();
    }

    @Override
    public void close() {
        saslauthd.close();
    }
}
