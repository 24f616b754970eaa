package org.smtpgate.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.it.fixture.Content;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Letter;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.server.EximServer;
import org.smtpgate.it.server.HarakaServer;
import org.smtpgate.it.server.MailServer;
import org.smtpgate.it.server.OpenSmtpdServer;
import org.smtpgate.it.server.PostfixServer;
import org.smtpgate.testkit.SmtpClient;

/** Messages go through the gateway to each server that it is made for, and are found there as they were sent. */
class RealUpstreamsTest {

    private static final Set<Content> HARD =
            EnumSet.of(Content.DOTS_AT_LINE_STARTS, Content.EIGHT_BIT, Content.LONG_LINES, Content.EMPTY_LINES);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    /** A server, and how it is reached. */
    enum Server {
        POSTFIX(true, PostfixServer::delivering),
        EXIM(true, EximServer::start),
        OPENSMTPD(false, (folder, pem) -> OpenSmtpdServer.start(folder)),
        HARAKA(true, HarakaServer::start);

        private final boolean tls;
        private final BiFunction<Path, PemFiles, MailServer> starter;

        Server(boolean tls, BiFunction<Path, PemFiles, MailServer> starter) {
            this.tls = tls;
            this.starter = starter;
        }
    }

    @ParameterizedTest
    @EnumSource
    void mailArrivesByteForByte(Server server) throws Exception {
        try (MailServer upstream = server.starter.apply(room("server"), PemFiles.in(folder));
                GatewayProcess gateway = gateway(upstream, server.tls)) {
            List<Letter> letters =
                    HARD.stream().map(content -> Letter.of(content, folder)).toList();

            send(letters, gateway);

            letters.forEach(upstream.mail()::assertHolds);
        }
    }

    private static void send(List<Letter> letters, GatewayProcess gateway) {
        try (SmtpClient client = SmtpClient.connect(gateway.plainPort()).timeout(PATIENCE)) {
            client.greet();
            for (Letter letter : letters) {
                client.mail(letter.from()).rcpt(letter.to()).data().sendRaw(letter.wire());
                client.expect(250);
            }
            client.quit();
        }
    }

    private GatewayProcess gateway(MailServer upstream, boolean tls) throws Exception {
        GatewaySetup setup = GatewaySetup.before(upstream.port(), room("gateway"));
        return tls ? setup.upstreamTls("starttls").start() : setup.start();
    }

    private Path room(String name) throws Exception {
        return Files.createDirectory(folder.resolve(name));
    }
}
