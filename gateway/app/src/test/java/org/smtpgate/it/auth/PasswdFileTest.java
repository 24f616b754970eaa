package org.smtpgate.it.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.RealServers;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** A passwd-file of Dovecot's, moved to a gateway as it is. */
@Timeout(240)
class PasswdFileTest {
    private static final String WRONG = "Zq9-wrong-battery";
    private static final List<String> SCHEMES = List.of(
            "PLAIN",
            "SSHA",
            "SSHA256.HEX",
            "SSHA512",
            "SHA512.B64",
            "BLF-CRYPT",
            "ARGON2I",
            "PBKDF2",
            "SHA512-CRYPT",
            "MD5-CRYPT",
            "SCRAM-SHA-1",
            "SCRAM-SHA-256");

    @TempDir
    private Path folder;

    @Test
    void everySchemeOfDoveadmLetsItsUserInAndNoOtherPassword() throws Exception {
        StringBuilder file = new StringBuilder("# moved here\n");
        for (String scheme : SCHEMES) {
            file.append(scheme).append("@example.org:").append(stored(scheme));
            file.append(":1000:1000:A user:/home/user::userdb_quota_rule=*:storage=1G class=gold\n");
        }
        file.append("locked@example.org:").append(stored("SSHA512")).append("::::::nologin\n");
        Path gatewayFolder = Files.createDirectory(folder.resolve("gateway"));
        Files.writeString(gatewayFolder.resolve("passwd"), file);

        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                GatewayProcess gateway = GatewaySetup.before(upstream.port(), gatewayFolder)
                        .backend("{ plugin: htpasswd, file: passwd, format: passwd-file }")
                        .config("log: { format: text, level: trace }")
                        .start()) {
            for (String scheme : SCHEMES) {
                assertThat(login(gateway, scheme + "@example.org", WRONG).code())
                        .as(scheme)
                        .isEqualTo(535);
                assertThat(login(gateway, scheme + "@example.org", GatewaySetup.PASSWORD)
                                .code())
                        .as(scheme)
                        .isEqualTo(235);
            }
            assertThat(login(gateway, "locked@example.org", GatewaySetup.PASSWORD)
                            .code())
                    .isEqualTo(535);
            Confidant.of(gateway).keeps("PLAIN@example.org", GatewaySetup.PASSWORD, WRONG);
        }
    }

    private static String stored(String scheme) {
        String doveadm = RealServers.require("doveadm");
        return Execution.of(doveadm, "pw", "-s", scheme, "-p", GatewaySetup.PASSWORD)
                .succeeded()
                .output()
                .strip();
    }

    private static Answer login(GatewayProcess gateway, String user, String password) {
        try (SmtpClient client = SmtpClient.connectTls(gateway.implicitPort())) {
            client.greet();
            client.ehlo();
            String plain = "\0" + user + "\0" + password;
            return client.send(
                            "AUTH PLAIN " + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)))
                    .reply();
        }
    }
}
