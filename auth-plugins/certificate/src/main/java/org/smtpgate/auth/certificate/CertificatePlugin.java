package org.smtpgate.auth.certificate;

import io.vertx.core.json.JsonObject;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;

/** {@code plugin: certificate}: logins are in the certificates that clients show in the TLS handshake. */
public final class CertificatePlugin implements AuthPlugin {
    @Override
    public String name() {
        return "certificate";
    }

    @Override
    public AuthBackend create(AuthContext context, JsonObject settings) {
        return new CertificateBackend(CertificateConfig.from(context, settings));
    }
}
