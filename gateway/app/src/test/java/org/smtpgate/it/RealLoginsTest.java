package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.server.CyrusAccounts;
import org.smtpgate.it.server.DovecotAccounts;
import org.smtpgate.it.server.DovecotAuth;
import org.smtpgate.it.server.DovecotSubmission;
import org.smtpgate.it.server.PostfixServer;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.oauth.TokenEndpoint;

/**
 * The gateway logs in at real servers, with each mechanism that both know: at a Postfix that asks Dovecot, at one that asks
 * Cyrus SASL, and at a Dovecot that relays. Each way has a domain of recipients of its own.
 */
class RealLoginsTest {

    private static final String LOGIN = "relay@example.org";
    private static final String PASSWORD = "Tz4-battery-staple";
    private static final String CLIENT = "gateway";
    private static final String SECRET = "Wm9-paper-clip";
    private static final List<String> PASSWORD_MECHANISMS =
            List.of("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256");
    private static final List<String> TOKEN_MECHANISMS = List.of("XOAUTH2", "OAUTHBEARER");
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static final List<AutoCloseable> OPEN = new ArrayList<>();
    private static PostfixServer postfixOfDovecot;
    private static PostfixServer postfixOfCyrus;
    private static ScriptedUpstream relay;
    private static GatewayProcess gateway;

    /** A server, as its ways are named after it. */
    enum Server {
        DOVECOT,
        CYRUS,
        SUBMISSION;

        String way(String mechanism) {
            return (name() + "-" + mechanism).toLowerCase(Locale.ROOT);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        PemFiles pem = PemFiles.in(folder);
        TokenEndpoint tokens = open(TokenEndpoint.start(Clock.systemUTC()).client(CLIENT, SECRET));
        DovecotAccounts accounts = new DovecotAccounts(
                LOGIN,
                PASSWORD,
                token -> tokens.find(token).map(issued -> LOGIN).orElse(null));
        DovecotAuth dovecot = open(new DovecotAuth(room("dovecot"), accounts));
        postfixOfDovecot = open(PostfixServer.in(room("postfix-dovecot"), pem)
                .setting("virtual_mailbox_domains", "static:ALL")
                .sasl(dovecot)
                .start());
        postfixOfCyrus = open(PostfixServer.in(room("postfix-cyrus"), pem)
                .setting("virtual_mailbox_domains", "static:ALL")
                .sasl(new CyrusAccounts(LOGIN, PASSWORD))
                .start());
        relay = open(ScriptedUpstream.start());
        DovecotSubmission submission = open(new DovecotSubmission(room("submission"), pem, accounts, relay.port()));
        gateway = open(GatewaySetup.before(postfixOfDovecot.port(), room("gateway"))
                .upstreams(upstreams(submission))
                .config(routes() + tokens(tokens))
                .start());
    }

    private static <T extends AutoCloseable> T open(T opened) {
        OPEN.add(0, opened);
        return opened;
    }

    private static Path room(String name) throws Exception {
        return Files.createDirectory(folder.resolve(name));
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable opened : OPEN) {
            opened.close();
        }
    }

    static Stream<Arguments> ways() {
        Stream<Arguments> passwords = Stream.of(Server.values())
                .flatMap(server -> PASSWORD_MECHANISMS.stream().map(mechanism -> Arguments.of(server, mechanism)));
        Stream<Arguments> tokens = Stream.of(Server.DOVECOT, Server.SUBMISSION)
                .flatMap(server -> TOKEN_MECHANISMS.stream().map(mechanism -> Arguments.of(server, mechanism)));
        return Stream.concat(passwords, tokens);
    }

    private static String upstreams(DovecotSubmission submission) {
        StringBuilder yaml = new StringBuilder();
        ways().forEach(way -> {
            Server server = (Server) way.get()[0];
            String mechanism = (String) way.get()[1];
            int port = switch (server) {
                case DOVECOT -> postfixOfDovecot.port();
                case CYRUS -> postfixOfCyrus.port();
                case SUBMISSION -> submission.port();
            };
            String secret = TOKEN_MECHANISMS.contains(mechanism) ? "tokens: office" : "password: " + PASSWORD;
            yaml.append("""
                      %s:
                        endpoints: [ "127.0.0.1:%d" ]
                        tls: { mode: starttls, trust: authority.crt }
                        identity: { mode: service, username: %s, %s, mechanism: %s }
                    """.formatted(server.way(mechanism), port, LOGIN, secret, mechanism));
        });
        return yaml.toString();
    }

    private static String routes() {
        StringBuilder yaml = new StringBuilder("routes:\n");
        ways().map(way -> ((Server) way.get()[0]).way((String) way.get()[1]))
                .forEach(way -> yaml.append("  - { recipient-domain: %1$s.example.org, to: %1$s }%n".formatted(way)));
        return yaml.toString();
    }

    private static String tokens(TokenEndpoint endpoint) {
        return """
                tokens:
                  office: { source: client-credentials, endpoint: "%s", client-id: %s, client-secret: %s }
                """.formatted(endpoint.uri(), CLIENT, SECRET);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void mailArrivesThroughTheLogin(Server server, String mechanism) {
        String recipient = "b@" + server.way(mechanism) + ".example.org";
        try (SmtpClient client = SmtpClient.connect(gateway.plainPort()).timeout(SOON)) {
            client.greet();
            client.transaction("a@example.org", recipient, "Subject: x\n\nHello\n")
                    .expect(250);
            client.quit();
        }
        switch (server) {
            case DOVECOT -> awaitMail(postfixOfDovecot, recipient, mechanism);
            case CYRUS -> awaitMail(postfixOfCyrus, recipient, mechanism);
            case SUBMISSION ->
                await().atMost(SOON)
                        .until(() -> relay.messages().stream()
                                .anyMatch(message -> message.recipients().contains(recipient)));
        }
    }

    private static void awaitMail(PostfixServer postfix, String recipient, String mechanism) {
        await().atMost(SOON).until(() -> !postfix.mail().messagesTo(recipient).isEmpty());
        assertThat(postfix.log()).contains("sasl_method=" + mechanism + ", sasl_username=" + LOGIN);
    }

    /** The client's own password, which the server behind has too. */
    @Test
    void aClientsOwnLoginIsRepeated() throws Exception {
        DovecotAccounts accounts = new DovecotAccounts(GatewaySetup.USER, GatewaySetup.PASSWORD);
        try (DovecotAuth dovecot = new DovecotAuth(room("own-dovecot"), accounts);
                PostfixServer postfix = PostfixServer.in(room("own-postfix"), PemFiles.in(folder))
                        .sasl(dovecot)
                        .start();
                GatewayProcess repeating = GatewaySetup.before(postfix.port(), room("own-gateway"))
                        .upstreamTls("starttls")
                        .upstream("identity: { mode: passthrough }")
                        .withLoginsOnly()
                        .start();
                SmtpClient client = SmtpClient.connect(repeating.starttlsPort()).timeout(SOON)) {
            client.greet();
            client.startTls().ehlo();
            client.authPlain(GatewaySetup.USER, GatewaySetup.PASSWORD);
            client.transaction("a@example.org", "b@example.org", "Subject: x\n\nHello\n")
                    .expect(250);
            client.quit();
            await().atMost(SOON).until(() -> postfix.log().contains("sasl_username=" + GatewaySetup.USER));
        }
    }

    /** The gateway knows no user: the server has the last word, and the first. */
    @ParameterizedTest
    @ValueSource(strings = {"transaction", "session"})
    void theServerJudgesAClientsLogin(String pooling) throws Exception {
        DovecotAccounts accounts = new DovecotAccounts(LOGIN, PASSWORD);
        try (DovecotAuth dovecot = new DovecotAuth(room("judge-dovecot-" + pooling), accounts);
                PostfixServer postfix = PostfixServer.in(room("judge-postfix-" + pooling), PemFiles.in(folder))
                        .sasl(dovecot)
                        .start();
                GatewayProcess asking = GatewaySetup.before(postfix.port(), room("judge-gateway-" + pooling))
                        .upstreamTls("starttls")
                        .pooling(pooling)
                        .upstreamJudges()
                        .start();
                SmtpClient client = secured(asking);
                SmtpClient late = secured(asking)) {
            client.authPlain(LOGIN, PASSWORD);
            client.transaction("a@example.org", "b@example.org", "Subject: x\n\nHello\n")
                    .expect(250);
            client.quit();
            await().atMost(SOON).until(() -> postfix.log().contains("sasl_username=" + LOGIN));
            // Last, since Dovecot lets whoever failed wait the longer for its next answer.
            late.sendAuthPlain(LOGIN, "not " + PASSWORD).expect(535, "5.7.8");
            postfix.close();
            late.sendAuthPlain(LOGIN, "not " + PASSWORD).expect(454, "4.7.0");
            late.send("NOOP").expect(250);
        }
    }

    private static SmtpClient secured(GatewayProcess gateway) {
        SmtpClient client = SmtpClient.connect(gateway.starttlsPort()).timeout(SOON);
        client.greet();
        client.startTls().ehlo();
        return client;
    }
}
