package org.smtpgate.auth.ldap;

import com.unboundid.ldap.sdk.BindRequest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.ServerTls;
import org.smtpgate.auth.Settings;

/**
 * The settings of the plugin. Either {@code userDn} or {@code search} is null.
 *
 * @param servers in the order in which they are tried
 * @param withoutTls whether {@code ldap} URLs mean no TLS at all, in place of StartTLS
 * @param identity who the gateway is when it searches; null for nobody
 * @param connections how many of each kind, and how many logins are under way at a time
 */
record LdapConfig(
        List<Server> servers,
        boolean withoutTls,
        ServerTls tls,
        BindRequest identity,
        DnTemplate userDn,
        UserSearch search,
        Profile profile,
        int connections,
        Duration connectTimeout,
        Duration responseTimeout) {

    private static final int DEFAULT_CONNECTIONS = 8;
    private static final int MAX_CONNECTIONS = 128;
    private static final Duration DEFAULT_CONNECT = Duration.ofSeconds(3);
    private static final Duration DEFAULT_RESPONSE = Duration.ofSeconds(5);
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** @throws AuthConfigException for the first setting that is unknown, missing or bad */
    static LdapConfig from(AuthContext context, JsonObject section) {
        Settings settings = new Settings(context, section);
        DirectorySettings directory = new DirectorySettings(settings);
        boolean withoutTls = settings.flag("allow-without-tls", false);
        LdapConfig config = new LdapConfig(
                directory.servers(withoutTls),
                withoutTls,
                ServerTls.of(settings),
                directory.identity(),
                directory.userDn(),
                directory.search(),
                directory.profile(),
                settings.number("connections", DEFAULT_CONNECTIONS, 1, MAX_CONNECTIONS),
                settings.duration("connect-timeout", DEFAULT_CONNECT, SHORTEST, LONGEST),
                settings.duration("response-timeout", DEFAULT_RESPONSE, SHORTEST, LONGEST));
        settings.end();
        if ((config.userDn == null) == (config.search == null)) {
            throw settings.wrong(
                    "search",
                    config.search == null
                            ? "is required, with base and filter; or user-dn, such as uid={login},ou=people,dc=example,dc=org"
                            : "stands beside user-dn; leave out one of them");
        }
        if (config.identity != null && config.userDn != null) {
            throw settings.wrong("bind-dn", "goes with search only: with user-dn each user reads its own entry");
        }
        return config;
    }

    /** The servers to which passwords go without TLS. */
    List<Server> inTheClear() {
        return servers.stream().filter(server -> withoutTls && !server.tls()).toList();
    }

    /** How long a login may wait for a worker: as long as one that is under way may take, or thereabouts. */
    Duration patience() {
        return Duration.ofSeconds(5).plus(responseTimeout);
    }
}
