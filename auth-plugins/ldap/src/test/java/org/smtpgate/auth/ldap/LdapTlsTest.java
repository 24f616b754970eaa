package org.smtpgate.auth.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.TestIdentity;
import org.smtpgate.testkit.auth.LogCapture;
import org.smtpgate.testkit.server.Slapd;

/** No password goes to a real slapd that has not proved who it is, unless the configuration says so. */
@Timeout(120)
class LdapTlsTest {
    private static final String PASSWORD = "correct Horse-7 battery";

    @TempDir
    Path folder;

    /** What is wrong with the server's certificate. */
    enum Fault {
        WRONG_HOST(TestCertificates::wrongHost),
        UNKNOWN_AUTHORITY(TestCertificates::untrusted),
        EXPIRED(TestCertificates::expired);

        private final Supplier<TestIdentity> identity;

        Fault(Supplier<TestIdentity> identity) {
            this.identity = identity;
        }
    }

    /** How TLS is begun. */
    enum Way {
        STARTTLS(slapd -> "ldap://localhost:" + slapd.port()),
        LDAPS(slapd -> "ldaps://localhost:" + slapd.tlsPort()),
        STARTTLS_TO_AN_ADDRESS(slapd -> "ldap://127.0.0.1:" + slapd.port());

        private final Function<Slapd, String> url;

        Way(Function<Slapd, String> url) {
            this.url = url;
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsToldToAServerThatIsNotTheOneNamed(Fault fault) throws Exception {
        try (Slapd slapd = slapd().identity(fault.identity.get()).start();
                Logins logins = new Logins(folder)) {
            for (Way way : Way.values()) {
                Logins.untold(logins.backend(Logins.template(way.url.apply(slapd))), "alice", PASSWORD);
                Logins.untold(logins.backend(Logins.searching(way.url.apply(slapd))), "alice", PASSWORD);
            }

            assertThat(slapd.log()).contains("ACCEPT").doesNotContain("BIND");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theServerThatIsNamedIsToldThePasswordOverTls(Way way) throws Exception {
        try (Slapd slapd = slapd().setting("security tls=128").start();
                Logins logins = new Logins(folder)) {
            assertThat(Logins.accepted(logins.backend(Logins.template(way.url.apply(slapd))), "alice", PASSWORD)
                            .subject())
                    .isEqualTo("alice");
            assertThat(slapd.log()).contains("TLS established");
        }
    }

    @Test
    void withoutTlsOnlyWhereThatIsAllowedAndTheLogWarns() throws Exception {
        try (Slapd slapd = slapd().start();
                Logins logins = new Logins(folder);
                LogCapture log = LogCapture.start()) {
            JsonObject settings = Logins.template("ldap://localhost:" + slapd.port());
            settings.put("allow-without-tls", true);

            assertThat(Logins.accepted(logins.backend(settings), "alice", PASSWORD)
                            .subject())
                    .isEqualTo("alice");
            assertThat(slapd.log()).doesNotContain("TLS established");
            assertThat(log.text())
                    .contains("ldap server=ldap://localhost:" + slapd.port() + " is told passwords without TLS");
        }
    }

    /** The server's demand is the operator's to meet; it says nothing of the password. */
    @Test
    void aServerThatDemandsTlsIsNoWrongPassword() throws Exception {
        try (Slapd slapd = slapd().setting("security tls=128").start();
                Logins logins = new Logins(folder)) {
            JsonObject settings = Logins.template("ldap://localhost:" + slapd.port());
            settings.put("allow-without-tls", true);

            assertThat(Logins.untold(logins.backend(settings), "alice", PASSWORD))
                    .hasMessageContaining("confidentiality required (13)");
        }
    }

    @Test
    void theGatewayShowsItsOwnCertificate() throws Exception {
        TestIdentity gateway = TestCertificates.client("gateway");
        Files.writeString(folder.resolve("gateway.crt"), gateway.certificatePem());
        Files.writeString(folder.resolve("gateway.key"), gateway.keyPem());
        try (Slapd slapd = slapd().setting("TLSVerifyClient demand").start();
                Logins logins = new Logins(folder)) {
            JsonObject settings = Logins.template("ldaps://localhost:" + slapd.tlsPort());
            Logins.untold(logins.backend(settings.copy()), "alice", PASSWORD);
            settings.getJsonObject("tls").put("certificate", "gateway.crt").put("key", "gateway.key");

            assertThat(Logins.accepted(logins.backend(settings), "alice", PASSWORD)
                            .subject())
                    .isEqualTo("alice");
        }
    }

    private Slapd slapd() throws Exception {
        return Slapd.in(Files.createTempDirectory(folder, "slapd")).person("alice", PASSWORD);
    }
}
