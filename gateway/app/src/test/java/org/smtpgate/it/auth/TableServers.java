package org.smtpgate.it.auth;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.smtpgate.auth.PasswordHasher;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.it.server.DovecotAccounts;
import org.smtpgate.it.server.DovecotAuth;
import org.smtpgate.it.server.PostfixServer;
import org.smtpgate.passwords.BcryptHasher;
import org.smtpgate.passwords.ScramSha1Hasher;
import org.smtpgate.passwords.ScramSha256Hasher;
import org.smtpgate.testkit.database.PostgresServer;
import org.smtpgate.testkit.kubernetes.KubernetesApi;
import org.smtpgate.testkit.oauth.OpenIdProvider;

/**
 * The server behind each backend of the table, all at once: the real one, but for the stand-ins of an OpenID provider and of
 * a cluster's API server, which start in no time.
 */
final class TableServers implements AutoCloseable {
    static final String TOKEN = "eyJhbGciOiJub25lIn0.Hx3-right-token.c2ln";

    /** With EXTERNAL, and as quick to refuse as to let in. */
    private static final String DOVECOT = """
            auth_mechanisms = %1$s digest-md5 external
            auth_realms = example.org
            auth_failure_delay = 0
            auth_ssl_username_from_cert = yes
            passdb {
              driver = passwd-file
              mechanisms = external
              args = %2$s
            }
            """;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Path folder;
    private final PemFiles pem;
    private DovecotAuth dovecot;

    /** Starts none yet; each will have a folder of its own in this one. */
    TableServers(Path folder, PemFiles pem) {
        this.folder = folder;
        this.pem = pem;
    }

    /** Starts all, and gives their columns. {@code htpasswd} has its file in the gateway's folder. */
    List<TableBackend> start(Path gatewayFolder) throws Exception {
        HttpLoginService http = opened(new HttpLoginService(room("http"), TOKEN));
        return List.of(
                htpasswd(gatewayFolder),
                started("ldap", new SlapdServer(room("ldap"))),
                started("saslauthd", new SaslauthdServer(room("saslauthd"))),
                started("sql", database()).withKeys().accounts(TableServers::stored),
                TableBackend.of("http: nginx", http.nginxSection()),
                TableBackend.of("http: JSON", http.jsonSection()).accounts(TableServers::passwordOrToken),
                oauth2(),
                dovecot(),
                kubernetes(),
                TableBackend.of(
                        "certificate", "{ plugin: certificate, rules: [ { from: email, domains: [ example.org ] } ] }"),
                TableBackend.of("upstream", "{ plugin: upstream }").upstream("mailboxes"));
    }

    /** A Postfix whose logins that Dovecot judges. */
    int startUpstream() throws Exception {
        return opened(PostfixServer.in(room("postfix"), pem)
                        .setting("virtual_mailbox_domains", "static:ALL")
                        .sasl(dovecot)
                        .start())
                .port();
    }

    private TableBackend started(String head, AuthServer server) throws Exception {
        opened(server).start();
        return TableBackend.of(head, server.section());
    }

    /** A user for each kind of what can be stored, who is named after the mechanisms that need it. */
    private static Map<String, String> users() {
        Map<String, String> users = new LinkedHashMap<>();
        users.put(stored("PLAIN").user(), new BcryptHasher().hash(GatewaySetup.PASSWORD));
        users.put(stored("CRAM-MD5").user(), "{PLAIN}" + GatewaySetup.PASSWORD);
        for (PasswordHasher keys : List.of(new ScramSha256Hasher(), new ScramSha1Hasher())) {
            users.put(keys.scheme() + "@example.org", keys.hash(GatewaySetup.PASSWORD));
        }
        return users;
    }

    private static TableAccount stored(String mechanism) {
        String kind = switch (mechanism) {
            case "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS" -> "scram-sha-256";
            case "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS" -> "scram-sha-1";
            case "CRAM-MD5" -> "clear";
            default -> "hashed";
        };
        return TableAccount.withPassword(kind + "@example.org");
    }

    private static TableBackend htpasswd(Path gatewayFolder) throws Exception {
        StringBuilder file = new StringBuilder();
        users().forEach((user, hash) ->
                file.append(user).append(':').append(hash).append('\n'));
        Files.writeString(gatewayFolder.resolve("users.htpasswd"), file);
        return TableBackend.of("htpasswd", "{ plugin: htpasswd, file: users.htpasswd }")
                .withKeys()
                .accounts(TableServers::stored);
    }

    private static AuthServer database() {
        return DatabaseAuth.of(PostgresServer.started(), users(), ", scram: [ SHA-256, SHA-1 ], cram-md5: true");
    }

    private static TableAccount passwordOrToken(String mechanism) {
        return passwordOr(TOKEN, TableAccount.WRONG, mechanism);
    }

    private static TableAccount passwordOr(String token, String wrong, String mechanism) {
        return takesToken(mechanism) ? new TableAccount(GatewaySetup.USER, token, wrong) : TableAccount.usual();
    }

    private static boolean takesToken(String mechanism) {
        return mechanism.equals("XOAUTH2") || mechanism.equals("OAUTHBEARER");
    }

    /** Wrong is a good token of somebody else's. */
    private TableBackend oauth2() {
        OpenIdProvider provider = opened(OpenIdProvider.start(Clock.systemUTC()))
                .client("gateway", "Wm9-paper-clip")
                .user(GatewaySetup.USER, GatewaySetup.PASSWORD);
        String right = provider.token(GatewaySetup.USER);
        String wrong = provider.token("boss@example.org");
        String section = "{ plugin: oauth2, issuer: \"" + provider.issuer() + "\", audience: " + OpenIdProvider.AUDIENCE
                + ", password-grant: true, client-id: gateway, client-secret: Wm9-paper-clip }";
        return TableBackend.of("oauth2", section).accounts(mechanism -> passwordOr(right, wrong, mechanism));
    }

    private TableBackend dovecot() throws Exception {
        Path path = room("dovecot");
        Path certified = Files.writeString(path.resolve("certified"), GatewaySetup.USER + ":::::::nopassword\n");
        DovecotAccounts accounts =
                new DovecotAccounts(GatewaySetup.USER, GatewaySetup.PASSWORD, Map.of(TOKEN, GatewaySetup.USER)::get);
        String more = DOVECOT.formatted(DovecotAccounts.MECHANISMS, certified);
        dovecot = opened(new DovecotAuth(path, accounts, Ports.free(), more));
        return TableBackend.of(
                        "dovecot",
                        "{ plugin: dovecot, penalty: false, certificate-name: email, socket: "
                                + DovecotAuth.socket(path) + " }")
                .accounts(TableServers::passwordOrToken);
    }

    /** Wrong is the token of a pod that is deleted. */
    private TableBackend kubernetes() throws Exception {
        Path pod = room("pod");
        KubernetesApi api = opened(KubernetesApi.start(pod, Clock.systemUTC()));
        String wrong = api.token("shop", "orders");
        api.forget(wrong);
        TableAccount token = new TableAccount("token", api.token("shop", "orders"), wrong);
        return TableBackend.of(
                        "kubernetes",
                        "{ plugin: kubernetes, audience: " + KubernetesApi.AUDIENCE + ", api-server: \"" + api.url()
                                + "\", token-file: " + pod.resolve("token") + ", ca-file: " + pod.resolve("ca.crt")
                                + " }")
                .accounts(mechanism -> token);
    }

    private Path room(String name) throws Exception {
        return Files.createDirectory(folder.resolve(name));
    }

    /** Closes this, too, before all that is open already. */
    <T extends AutoCloseable> T opened(T server) {
        open.push(server);
        return server;
    }

    @Override
    public void close() throws Exception {
        Exception failure = null;
        for (; !open.isEmpty(); open.pop()) {
            try {
                open.peek().close();
            } catch (Exception e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
