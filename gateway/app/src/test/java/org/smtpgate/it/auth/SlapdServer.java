package org.smtpgate.it.auth;

import java.nio.file.Path;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.testkit.server.Slapd;

/** OpenLDAP, asked over StartTLS by a search. */
final class SlapdServer implements AuthServer {
    private final Slapd slapd;

    SlapdServer(Path folder) {
        slapd = Slapd.in(folder).person("anna", GatewaySetup.PASSWORD, "mail: " + GatewaySetup.USER);
    }

    /** The gateway's own folder has the authority's certificate. */
    @Override
    public String section() {
        return """
                { plugin: ldap, urls: [ "ldap://localhost:%d" ], tls: { trust: authority.crt }, \
                bind-dn: "%s", bind-password: "%s", login-attribute: mail, \
                search: { base: "%s", filter: "(|(uid={login})(mail={login}))" } }""".formatted(slapd.port(), Slapd.READER, Slapd.READER_PASSWORD, Slapd.PEOPLE);
    }

    @Override
    public void start() {
        slapd.start();
    }

    @Override
    public void kill() {
        slapd.kill();
    }

    @Override
    public void close() {
        slapd.close();
    }
}
