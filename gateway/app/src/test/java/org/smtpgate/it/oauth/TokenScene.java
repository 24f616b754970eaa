package org.smtpgate.it.oauth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.testkit.SaslAccounts;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Transport;
import org.smtpgate.testkit.oauth.TokenEndpoint;

/**
 * A token endpoint, and a mail server that takes a user's mail for an access token that the endpoint gave for its
 * mailbox and that has not ended. Every message is sent on a connection, and so with a login, of its own.
 */
final class TokenScene implements AutoCloseable {
    static final String CLIENT_ID = "smtpgate at example.org";
    static final String CLIENT_SECRET = "Hb3/plain+battery==";
    static final String SCOPE = "https://mail.example.org/.default";
    static final String MAILBOX = "box@example.org";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final MovableClock clock = new MovableClock();
    final TokenEndpoint endpoint = TokenEndpoint.start(clock);
    final ScriptedUpstream upstream;

    /** All that were presented, good or not. */
    final List<String> presented = new CopyOnWriteArrayList<>();

    private final Path folder;

    private TokenScene(Path folder, String mechanism) {
        this.folder = folder;
        endpoint.client(CLIENT_ID, CLIENT_SECRET);
        upstream = ScriptedUpstream.builder()
                .transport(Transport.STARTTLS)
                .accounts(new SaslAccounts(mechanism).tokens(this::isGood))
                .start();
    }

    static TokenScene with(Path folder, String mechanism) {
        return new TokenScene(folder, mechanism);
    }

    private boolean isGood(String user, String token) {
        presented.add(token);
        // A client's own token is for the one mailbox that it was allowed.
        return endpoint.find(token)
                .filter(issued -> issued.scope().equals(SCOPE))
                .filter(issued ->
                        issued.subject().equals(user) || issued.subject().equals(CLIENT_ID) && user.equals(MAILBOX))
                .isPresent();
    }

    /** A gateway that logs in as the one mailbox, by tokens of its own. */
    GatewaySetup service() {
        secretFile("client-secret", CLIENT_SECRET + "\n");
        return behind("mode: service, username: " + MAILBOX).config("""
                        tokens:
                          office:
                            source: client-credentials
                            endpoint: %s
                            client-id: %s
                            client-secret-file: client-secret
                            scope: %s
                            timeout: 45s
                        log: { level: trace }
                        """.formatted(endpoint.uri(), CLIENT_ID, SCOPE));
    }

    /** A gateway that logs in as whoever has logged in at it; {@code source} is the rest of the token source. */
    GatewaySetup users(String source) {
        return behind("mode: user-tokens").withLoginsOnly().config("""
                tokens:
                  office:
                    scope: %s
                    %s
                log: { level: trace }
                """.formatted(
                        SCOPE, source.strip().replace("\n", "\n    ")));
    }

    private GatewaySetup behind(String identity) {
        return GatewaySetup.before(upstream.port(), folder)
                .upstreamTls("starttls")
                .upstream("identity: { %s, tokens: office }\n    max-transactions: 1".formatted(identity));
    }

    /** Writes a file that its owner alone can read. */
    Path secretFile(String name, String content) {
        Path file = folder.resolve(name);
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.write(file, content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Logs in by a password and sends one message. */
    static void send(GatewayProcess gateway) {
        try (SmtpClient client = client(gateway)) {
            client.transaction(GatewaySetup.USER, "b@example.org", "Subject: a\n\nb\n")
                    .expect(250);
            client.quit();
        }
    }

    /** One that has logged in by its password. */
    static SmtpClient client(GatewayProcess gateway) {
        SmtpClient client = SmtpClient.connectTls(gateway.implicitPort()).timeout(PATIENCE);
        client.greet();
        client.authPlain(GatewaySetup.USER, GatewaySetup.PASSWORD);
        return client;
    }

    /** Whether a transaction begins. */
    static boolean mailIsTaken(SmtpClient client) {
        return client.send("MAIL FROM:<a@example.org>").reply().code() == 250;
    }

    @Override
    public void close() {
        upstream.close();
        endpoint.close();
    }
}
