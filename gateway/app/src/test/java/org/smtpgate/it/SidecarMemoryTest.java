package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Installation;
import org.smtpgate.it.fixture.RealServers;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** The sidecar's manifest promises to get along with little: it is started so, and used. */
class SidecarMemoryTest {
    private static final Path MANIFEST = Path.of("../../deploy/kubernetes/sidecar.yaml");
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int CLIENTS = 20;
    private static final String FIVE_MEGABYTES = "Subject: large\r\n\r\n" + ("x".repeat(78) + "\r\n").repeat(62_500);

    @TempDir
    Path folder;

    @Test
    void theLimitOfTheManifestIsNotReachedByTwentyClientsWithLargeMessages() throws IOException {
        String manifest = Files.readString(MANIFEST);
        String profile = found(manifest, "(?m)^    (profile: sidecar)$");
        int limitMiB = Integer.parseInt(found(manifest, "limits: \\{ memory: (\\d+)Mi }"));

        Installation installed = Installation.in(folder.resolve("installed"));
        installed.run(List.of(), "make-cache").succeeded();

        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess gateway = GatewaySetup.before(upstream.port(), folder)
                        .maxConnections(4)
                        .config(profile)
                        .by(installed)
                        .start()) {
            sendAtOnce(gateway);

            assertThat(upstream.received()).hasSize(CLIENTS);
            assertThat(gateway.isAlive()).isTrue();
            assertThat(gateway.output()).doesNotContain("OutOfMemory");
            assertThat(peakMiB(gateway.pid())).as("MiB at the peak").isLessThan(limitMiB);
        }
    }

    /** All of them are logged in and have a connection open while each in turn sends its five megabytes. */
    private static void sendAtOnce(GatewayProcess gateway) {
        List<SmtpClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                SmtpClient client =
                        SmtpClient.connectTls(gateway.implicitPort()).timeout(SOON);
                clients.add(client);
                client.greet();
                client.authPlain(GatewaySetup.USER, GatewaySetup.PASSWORD);
            }
            for (SmtpClient client : clients) {
                client.mail("a@example.org").rcpt("b@example.org").data();
                client.sendRaw(FIVE_MEGABYTES);
                client.sendRaw(".\r\n");
                client.expect(250);
            }
        } finally {
            clients.forEach(SmtpClient::close);
        }
    }

    /** The most that was resident, as the kernel counts it: heap, buffers, code and all. */
    private static long peakMiB(long pid) throws IOException {
        Path status = Path.of("/proc/" + pid + "/status");
        if (!Files.exists(status)) {
            RealServers.missing("this system has no /proc");
        }
        return Long.parseLong(found(Files.readString(status), "VmHWM:\\s+(\\d+) kB")) / 1024;
    }

    private static String found(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }
}
