package org.smtpgate.it.auth;

import java.nio.file.Path;

/** The backend {@code ldap}, before OpenLDAP. */
class LdapOutageTest extends BackendOutageContract {
    @Override
    protected AuthServer server(Path serverFolder) {
        return new SlapdServer(serverFolder);
    }
}
