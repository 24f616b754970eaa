package org.smtpgate.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.app.fixture.ConfigFolder;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Proof;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Service;

/** Whom the files of secrets must be hidden from, and what of their text is the secret. */
class SecretFilesTest {
    @TempDir
    Path folder;

    /** Editors put a line's end behind it. */
    @ParameterizedTest
    @ValueSource(strings = {"open sesame", "open sesame\n", "open sesame\r\n", "\topen sesame \n\n"})
    void whiteSpaceAroundAPasswordIsNoPartOfIt(String content) throws Exception {
        ConfigFolder files = new ConfigFolder(folder);
        files.secretFile("pw", content);

        GatewayConfig config = files.config("""
                listeners: [ { name: submission, address: "127.0.0.1:0", route: legacy } ]
                upstreams:
                  legacy:
                    endpoints: [ "127.0.0.1:25" ]
                    identity: { mode: service, username: gate, password-file: pw }
                """);

        Service service = (Service) config.upstreams().get(0).settings().identity();
        assertThat(service.proof()).isEqualTo(new Proof.Password("open sesame"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-----w-", "rw-r--rw-"})
    void aFileThatEveryUserMayReadOrWriteIsRefused(String permissions) throws Exception {
        Path file = file(permissions);

        assertThatThrownBy(() -> SecretFiles.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the file " + file + " is open to every user (" + permissions + "); run: chmod o= " + file);
    }

    /** Kubernetes shows a secret's files to a group. */
    @Test
    void aFileThatAGroupMayReadIsTaken() throws Exception {
        assertThat(SecretFiles.read(file("r--r-----"))).asString().isEqualTo("open sesame");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path none = folder.resolve("none");

        assertThatThrownBy(() -> SecretFiles.read(none)).hasMessage("no such file: " + none);
    }

    @Test
    void aHugeFileIsNotReadToItsEnd() throws Exception {
        Path file = Files.write(file("rw-------"), new byte[65_537]);

        assertThatThrownBy(() -> SecretFiles.read(file)).hasMessage(file + " is larger than 65536 bytes");
    }

    private Path file(String permissions) throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "open sesame");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
