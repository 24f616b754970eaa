package org.smtpgate.it;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.it.fixture.Content;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Letter;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.server.DovecotLmtp;
import org.smtpgate.it.server.PostfixClient;
import org.smtpgate.it.server.PostfixServer;

/** A Postfix relays through the gateway, logged in, to a second Postfix that hands the mail to a Dovecot over LMTP. */
class RealRelaysTest {

    @TempDir
    static Path folder;

    private static DovecotLmtp dovecot;
    private static PostfixServer server;
    private static GatewayProcess gateway;
    private static PostfixClient starttlsClient;
    private static PostfixClient implicitTlsClient;

    @BeforeAll
    static void start() throws Exception {
        dovecot = new DovecotLmtp(room("dovecot"));
        server = PostfixServer.before(dovecot, room("server"), PemFiles.in(folder));
        gateway = GatewaySetup.before(server.port(), room("gateway"))
                .pooling("session")
                .start();
        starttlsClient = PostfixClient.relayingTo(gateway, false, room("starttls-client"));
        implicitTlsClient = PostfixClient.relayingTo(gateway, true, room("implicit-tls-client"));
    }

    private static Path room(String name) throws Exception {
        return Files.createDirectory(folder.resolve(name));
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable server : new AutoCloseable[] {implicitTlsClient, starttlsClient, gateway, server, dovecot}) {
            if (server != null) {
                server.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void mailRelayedWithStartTlsArrivesByteForByte(Content content) {
        Letter letter = Letter.of(content, folder);

        starttlsClient.submit(letter);

        server.mail().assertHolds(letter);
    }

    @ParameterizedTest
    @EnumSource
    void mailRelayedWithImplicitTlsArrivesByteForByte(Content content) {
        Letter letter = Letter.of(content, folder);

        implicitTlsClient.submit(letter);

        server.mail().assertHolds(letter);
    }
}
