package org.smtpgate.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.app.fixture.ConfigFolder;
import org.smtpgate.testkit.TestCertificates;

/** What is taken from a key file of Google's, and how a wrong one is told. */
class GoogleServiceAccountTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"RSA, RS256", "EC, ES256"})
    void aKeyFileIsRead(String algorithm, String signature) throws Exception {
        GoogleServiceAccount account =
                read(google().put("private_key", pem(algorithm)).encodePrettily());

        assertThat(account.email()).isEqualTo("relay@project.iam.gserviceaccount.com");
        assertThat(account.tokenUri()).hasToString("https://oauth2.googleapis.com/token");
        assertThat(account.key()).hasToString("SigningKey[" + signature + "]");
        assertThat(account.toString()).doesNotContain("BEGIN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_email", "private_key", "private_key_id", "token_uri"})
    void whatLacksIsNamed(String key) {
        JsonObject json = google();
        json.remove(key);

        assertThatThrownBy(() -> read(json.encode()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the file " + file() + " has no \"" + key + "\"");
    }

    @Test
    void otherFilesOfGoogleAreToldApart() {
        assertThatThrownBy(() -> read(google().put("type", "authorized_user").encode()))
                .hasMessage("the file " + file()
                        + " is no key of a service account: its \"type\" is not \"service_account\"");
        assertThatThrownBy(() -> read("not json")).hasMessage("the file " + file() + " is not JSON");
    }

    @Test
    void aKeyOrAnAddressThatCannotBeUsedIsToldWithoutShowingIt() {
        assertThatThrownBy(() -> read(google().put("private_key", "QXZRQXZR").encode()))
                .hasMessage(file() + " has no unencrypted private key in PEM form");
        assertThatThrownBy(() -> read(google().put("token_uri", "https://a b").encode()))
                .hasMessage("the file " + file() + " holds a token_uri or a private key that cannot be used");
    }

    private static JsonObject google() {
        return new JsonObject()
                .put("type", "service_account")
                .put("client_email", "relay@project.iam.gserviceaccount.com")
                .put("private_key_id", "0123abcd")
                .put("private_key", TestCertificates.server().keyPem())
                .put("token_uri", "https://oauth2.googleapis.com/token");
    }

    private static String pem(String algorithm) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(algorithm.equals("EC") ? 256 : 2048);
        byte[] encoded = generator.generateKeyPair().getPrivate().getEncoded();
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                + "\n-----END PRIVATE KEY-----\n";
    }

    private Path file() {
        return folder.resolve("service-account.json");
    }

    private GoogleServiceAccount read(String content) {
        return GoogleServiceAccount.read(new ConfigFolder(folder).secretFile("service-account.json", content));
    }
}
