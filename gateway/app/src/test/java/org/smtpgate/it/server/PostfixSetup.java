package org.smtpgate.it.server;

import java.nio.file.Path;
import org.smtpgate.it.fixture.PemFiles;

/** Describes a {@link PostfixServer}: one that delivers by itself, in the clear or with STARTTLS, and what else it takes. */
public final class PostfixSetup {

    private final ServerFolder folder;
    private final PemFiles pem;
    private final StringBuilder settings = new StringBuilder();

    PostfixSetup(Path path, PemFiles pem) {
        this.folder = ServerFolder.open(path);
        this.pem = pem;
    }

    /** Any of main.cf's settings. */
    public PostfixSetup setting(String name, String value) {
        settings.append(name).append(" = ").append(value).append('\n');
        return this;
    }

    /** Takes XCLIENT from this machine. */
    public PostfixSetup xclient() {
        return setting("smtpd_authorized_xclient_hosts", "127.0.0.1");
    }

    /** Takes XFORWARD from this machine. */
    public PostfixSetup xforward() {
        return setting("smtpd_authorized_xforward_hosts", "127.0.0.1");
    }

    /** Wants a login, which a Dovecot judges. */
    public PostfixSetup sasl(DovecotAuth dovecot) {
        return setting("smtpd_sasl_type", "dovecot")
                .setting("smtpd_sasl_path", "inet:127.0.0.1:" + dovecot.port())
                .saslRequired();
    }

    /** Wants a login, which Cyrus SASL judges. */
    public PostfixSetup sasl(CyrusAccounts accounts) {
        accounts.writeFor(folder);
        return setting("smtpd_sasl_type", "cyrus")
                .setting("smtpd_sasl_path", "smtpd")
                .saslRequired();
    }

    private PostfixSetup saslRequired() {
        return setting("smtpd_sasl_auth_enable", "yes")
                .setting("smtpd_sasl_security_options", "noanonymous")
                .setting("smtpd_relay_restrictions", "permit_sasl_authenticated, reject")
                .setting("smtpd_client_restrictions", "permit_sasl_authenticated, reject");
    }

    /** Starts it. */
    public PostfixServer start() {
        return PostfixServer.delivering(folder.path(), pem, settings.toString());
    }
}
