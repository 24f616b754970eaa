package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.smtpgate.it.fixture.Content;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Letter;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.server.PostfixServer;
import org.smtpgate.testkit.SmtpClient;

/** A client sends its mail in chunks, through the gateway, to a Postfix that takes chunks, and to one that does not. */
class RealChunksTest {

    @TempDir
    static Path folder;

    private static PostfixServer chunking;
    private static PostfixServer plain;
    private static GatewayProcess beforeChunking;
    private static GatewayProcess beforePlain;

    @BeforeAll
    static void start() throws Exception {
        PemFiles pem = PemFiles.in(folder);
        chunking = PostfixServer.delivering(room("chunking"), pem);
        plain = PostfixServer.delivering(room("plain"), pem, "smtpd_discard_ehlo_keywords = chunking\n");
        beforeChunking = GatewaySetup.before(chunking.port(), room("gateway-1")).start();
        beforePlain = GatewaySetup.before(plain.port(), room("gateway-2")).start();
    }

    private static Path room(String name) throws Exception {
        return Files.createDirectory(folder.resolve(name));
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable server : new AutoCloseable[] {beforePlain, beforeChunking, plain, chunking}) {
            if (server != null) {
                server.close();
            }
        }
    }

    static Stream<Arguments> cases() {
        return Stream.of(Content.values())
                .flatMap(content -> Stream.of(true, false).map(chunks -> Arguments.of(content, chunks)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aMessageInChunksArrivesByteForByte(Content content, boolean chunks) {
        Letter letter = Letter.of(content, folder);
        try (SmtpClient client = SmtpClient.connect((chunks ? beforeChunking : beforePlain).plainPort())) {
            assertThat(client.greet().text()).contains("CHUNKING");
            client.pipeline("MAIL FROM:<" + letter.from() + "> BODY=8BITMIME", "RCPT TO:<" + letter.to() + ">");
            int sent = send(client, letter.message(), Math.max(7, letter.message().length / 50));
            for (int reply = 0; reply < sent + 2; reply++) {
                client.expect(250);
            }
            client.quit();
        }
        (chunks ? chunking : plain).mail().assertHolds(letter);
    }

    /** Pipelined; says how many. */
    private static int send(SmtpClient client, byte[] message, int size) {
        int chunks = 0;
        for (int from = 0; from < message.length; from += size) {
            int to = Math.min(message.length, from + size);
            client.sendRaw("BDAT " + (to - from) + (to == message.length ? " LAST" : "") + "\r\n");
            client.sendRaw(Arrays.copyOfRange(message, from, to));
            chunks++;
        }
        return chunks;
    }
}
