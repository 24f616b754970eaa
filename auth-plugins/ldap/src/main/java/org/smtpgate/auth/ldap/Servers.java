package org.smtpgate.auth.ldap;

import com.unboundid.ldap.sdk.BindRequest;
import com.unboundid.ldap.sdk.FailoverServerSet;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.PostConnectProcessor;
import com.unboundid.ldap.sdk.ServerSet;
import com.unboundid.ldap.sdk.SingleServerSet;
import com.unboundid.ldap.sdk.StartTLSPostConnectProcessor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/** How to get a connection to the directory: the first server that lets itself be connected to, securely, and logged in at. */
final class Servers {
    /** Connections to a server that is not the first are given up after this time, so that the first one has them again. */
    private static final long MAX_AWAY_MILLIS = Duration.ofMinutes(5).toMillis();

    /** An entry of a user or a group, and not a photo album. */
    private static final int MAX_MESSAGE_OCTETS = 4 * 1024 * 1024;

    private final LdapConfig config;
    private final SSLSocketFactory tls;

    Servers(LdapConfig config, SSLContext tls) {
        this.config = config;
        this.tls = new TlsSockets(tls.getSocketFactory(), config.connectTimeout());
    }

    /** @param identity who to be there; null for nobody */
    ServerSet loggedInAs(BindRequest identity) {
        List<ServerSet> each = new ArrayList<>();
        for (Server server : config.servers()) {
            each.add(new SingleServerSet(
                    server.host(),
                    server.port(),
                    server.tls() ? tls : SocketFactory.getDefault(),
                    options(),
                    identity,
                    afterConnecting(server)));
        }
        if (each.size() == 1) {
            return each.get(0);
        }
        FailoverServerSet all = new FailoverServerSet(each);
        all.setMaxFailoverConnectionAgeMillis(MAX_AWAY_MILLIS);
        return all;
    }

    private PostConnectProcessor afterConnecting(Server server) {
        return server.tls() || config.withoutTls() ? new NothingMore() : new StartTLSPostConnectProcessor(tls);
    }

    private LDAPConnectionOptions options() {
        LDAPConnectionOptions options = new LDAPConnectionOptions();
        options.setConnectTimeoutMillis(Math.toIntExact(config.connectTimeout().toMillis()));
        options.setResponseTimeoutMillis(config.responseTimeout().toMillis());
        options.setSSLSocketVerifier(TlsSockets.finished());
        options.setMaxMessageSize(MAX_MESSAGE_OCTETS);
        // A referral leads to a server that nobody has named here, and the password would go with it.
        options.setFollowReferrals(false);
        // A worker waits for its answer anyway: no thread is needed to read for it.
        options.setUseSynchronousMode(true);
        return options;
    }
}
