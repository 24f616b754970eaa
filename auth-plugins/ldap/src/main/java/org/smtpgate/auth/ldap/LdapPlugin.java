package org.smtpgate.auth.ldap;

import com.unboundid.ldap.sdk.BindRequest;
import com.unboundid.ldap.sdk.LDAPException;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.auth.WorkQueue;

/** {@code plugin: ldap}: users of an LDAP directory, who bind with their own passwords. */
public final class LdapPlugin implements AuthPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(LdapPlugin.class);
    private static final AtomicInteger BACKENDS = new AtomicInteger();

    @Override
    public String name() {
        return "ldap";
    }

    @Override
    public AuthBackend create(AuthContext context, JsonObject settings) {
        LdapConfig config = LdapConfig.from(context, settings);
        config.inTheClear()
                .forEach(server -> LOG.warn("ldap server={} is told passwords without TLS: allow-without-tls", server));
        return backend(context.vertx(), config);
    }

    private static LdapBackend backend(Vertx vertx, LdapConfig config) {
        String name = "smtpgate-ldap-" + BACKENDS.incrementAndGet();
        Directory directory = directory(vertx, config, name);
        Accounts accounts = config.userDn() != null
                ? new TemplateAccounts(directory, config.userDn(), config.profile())
                : new SearchedAccounts(directory, config.search(), config.profile());
        WorkQueue queue = new WorkQueue(vertx, name, config.connections(), WorkQueue.LIMIT, config.patience());
        return new LdapBackend(vertx, directory, accounts, queue);
    }

    private static Directory directory(Vertx vertx, LdapConfig config, String name) {
        Servers servers = new Servers(config, config.tls().context(vertx));
        try {
            return new Directory(
                    connections(name, servers, config.identity(), config),
                    connections(name + "-users", servers, null, config));
        } catch (LDAPException e) {
            throw new IllegalStateException("an empty pool of connections connects to nobody", e);
        }
    }

    private static Connections connections(String name, Servers servers, BindRequest identity, LdapConfig config)
            throws LDAPException {
        return new Connections(
                name, servers.loggedInAs(identity), identity, config.connections(), config.responseTimeout());
    }
}
