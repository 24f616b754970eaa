package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/**
 * A message three times as large as all the memory that the gateway may use, to an upstream that reads slowly:
 * 8 MiB a second, or 1 MiB with {@code -Dsmtpgate.upstream-rate=1}.
 */
class LargeMessageTest {

    private static final int MIB = 1 << 20;
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final int SIZE_MIB = 200;
    /** At the 1 MiB/s of a slow server this takes three minutes and more; {@code .ci/run} takes that time. */
    private static final int RATE_MIB = Integer.getInteger("smtpgate.upstream-rate", 8);

    /** What may lie between client and upstream: the sockets' buffers on both legs, and the gateway's own. */
    private static final int IN_FLIGHT_MIB_MOST = 48;

    private static final int RESIDENT_MIB_MOST = 320;

    @TempDir
    Path folder;

    @Test
    void passesIntactThroughASmallGatewayAtTheUpstreamsPace() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .contentRate((long) RATE_MIB * MIB)
                        .discardContent()
                        .start();
                GatewayProcess gateway = GatewaySetup.before(upstream.port(), folder)
                        .withoutTraceHeader()
                        .jvm("-Xmx64m", "-XX:MaxDirectMemorySize=64m")
                        .start()) {
            MessageDigest sent = sha256();
            try (SmtpClient client = SmtpClient.connect(gateway.plainPort()).timeout(Duration.ofSeconds(60))) {
                client.greet();
                client.mail("a@example.org").rcpt("b@example.org").data();

                Duration taken = write(client, sent);

                assertThat(taken)
                        .as("the time in which the gateway took the message, at the pace of the upstream")
                        .isGreaterThan(Duration.ofSeconds((SIZE_MIB - IN_FLIGHT_MIB_MOST) / RATE_MIB));
                client.sendRaw(".\r\n");
                client.expect(250);
                client.quit();
            }
            assertArrived(upstream, sent);
            assertThat(gateway.isAlive()).isTrue();
            assertThat(residentMibMost(gateway)).isLessThan(RESIDENT_MIB_MOST);
        }
    }

    /** Sends the message but for the lone dot, and says how long that took. */
    private static Duration write(SmtpClient client, MessageDigest digest) {
        Instant start = Instant.now();
        for (int block = 0; block < SIZE_MIB * MIB / BLOCK_BYTES; block++) {
            byte[] bytes = block(block);
            digest.update(bytes);
            client.sendRaw(bytes);
        }
        return Duration.between(start, Instant.now());
    }

    /** Lines of 64 bytes, of which the first says which block this is. */
    private static byte[] block(int number) {
        byte[] bytes = "a line like many others, with 62 characters before its end ...\r\n"
                .repeat(BLOCK_BYTES / 64)
                .getBytes(StandardCharsets.US_ASCII);
        byte[] head = "block %8d".formatted(number).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(head, 0, bytes, 0, head.length);
        return bytes;
    }

    private static MessageDigest sha256() throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256");
    }

    /** The most memory that a process ever held, of every kind. */
    private static long residentMibMost(GatewayProcess gateway) throws IOException {
        try (Stream<String> status = Files.lines(Path.of("/proc", String.valueOf(gateway.pid()), "status"))) {
            String kilobytes = status.filter(line -> line.startsWith("VmHWM:"))
                    .map(line -> line.replaceAll("\\D", ""))
                    .findFirst()
                    .orElseThrow();
            return Long.parseLong(kilobytes) / 1024;
        }
    }

    private static void assertArrived(ScriptedUpstream upstream, MessageDigest sent) {
        assertThat(upstream.messages()).singleElement().satisfies(message -> {
            assertThat(message.size()).isEqualTo((long) SIZE_MIB * MIB);
            assertThat(message.sha256()).isEqualTo(HexFormat.of().formatHex(sent.digest()));
        });
        assertThat(upstream.violations()).isEmpty();
    }
}
