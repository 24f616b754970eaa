package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** Who computes the TLS handshakes of the program as it runs: libraries in C, but for sidecars, whose memory these would take. */
@EnabledOnOs(OS.LINUX)
class HandshakesTest {
    private static final List<String> LIBRARIES =
            List.of("libamazonCorrettoCryptoProvider", "libconscrypt_openjdk_jni");

    @TempDir
    Path folder;

    @Test
    void aServerHasThemComputedInC() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess gateway =
                        GatewaySetup.before(upstream.port(), folder).start()) {
            logIn(gateway);
            assertThat(mappings(gateway)).contains(LIBRARIES);
            assertThat(gateway.output()).doesNotContain("as Java computes");
        }
    }

    @Test
    void aSidecarComputesThemInJava() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess gateway = GatewaySetup.before(upstream.port(), folder)
                        .config("profile: sidecar")
                        .start()) {
            logIn(gateway);
            assertThat(mappings(gateway)).doesNotContain(LIBRARIES);
        }
    }

    /** The libraries are unpacked to that folder. */
    @Test
    void withoutATemporaryFolderTheyAreComputedInJavaWithAWarning() throws IOException {
        Path file = Files.createFile(folder.resolve("no-folder"));
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess gateway = GatewaySetup.before(upstream.port(), folder)
                        .jvm("-Djava.io.tmpdir=" + file)
                        .start()) {
            logIn(gateway);
            assertThat(mappings(gateway)).doesNotContain(LIBRARIES);
            assertThat(gateway.output()).contains("as Java computes all of it (no temporary folder can be made");
        }
    }

    private static void logIn(GatewayProcess gateway) {
        try (SmtpClient client = SmtpClient.connectTls(gateway.implicitPort())) {
            client.greet();
            client.authPlain(GatewaySetup.USER, GatewaySetup.PASSWORD);
            client.quit();
            client.expectCleanEnd();
        }
    }

    /** What the process has mapped into its memory, libraries among it. */
    private static String mappings(GatewayProcess gateway) throws IOException {
        return Files.readString(Path.of("/proc/" + gateway.pid() + "/maps"), StandardCharsets.ISO_8859_1);
    }
}
