package org.smtpgate.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.testkit.TestCertificates;

/** What stands in the header of an assertion, and the files that keys come from. */
class SigningKeyTest {
    @TempDir
    Path folder;

    @Test
    void aKeyIsNamedByItsIdentifier() throws Exception {
        assertThat(header(SigningKey.of(Keys.RSA.getPrivate(), "key-1")))
                .isEqualTo(
                        new JsonObject().put("alg", "RS256").put("typ", "JWT").put("kid", "key-1"));
        assertThat(header(SigningKey.of(Keys.EC.getPrivate(), "")))
                .isEqualTo(new JsonObject().put("alg", "ES256").put("typ", "JWT"));
        assertThat(header(SigningKey.of(Keys.ec("secp384r1").getPrivate(), "")).getString("alg"))
                .isEqualTo("ES384");
        assertThat(header(SigningKey.of(Keys.ec("secp521r1").getPrivate(), "")).getString("alg"))
                .isEqualTo("ES512");
    }

    @Test
    void orByItsCertificate() throws Exception {
        X509Certificate certificate = TestCertificates.server().certificate();
        String thumbprint = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));

        assertThat(header(SigningKey.of(Keys.RSA.getPrivate(), certificate)))
                .isEqualTo(
                        new JsonObject().put("alg", "PS256").put("typ", "JWT").put("x5t#S256", thumbprint));
    }

    @Test
    void weakAndForeignKeysAreRefused() throws Exception {
        var ed25519 = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
        for (var key : new java.security.PrivateKey[] {Keys.rsa(1024).getPrivate(), ed25519}) {
            assertThatThrownBy(() -> SigningKey.of(key, ""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the private key must be RSA of 2048 bits at least, or EC on P-256, P-384 or P-521");
        }
    }

    @Test
    void readsKeysFromPem() throws Exception {
        Path rsa = write("# comment\n" + Keys.pem(Keys.RSA.getPrivate()));
        Path ec = write(Keys.pem(Keys.EC.getPrivate()).replace("\n", "\r\n"));

        assertThat(PrivateKeyFile.read(rsa)).isEqualTo(Keys.RSA.getPrivate());
        assertThat(PrivateKeyFile.read(ec)).isEqualTo(Keys.EC.getPrivate());
        assertThat(PrivateKeyFile.readCertificate(
                        write(TestCertificates.server().certificatePem())))
                .isEqualTo(TestCertificates.server().certificate());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-----BEGIN RSA PRIVATE KEY-----\nQXZ=\n-----END RSA PRIVATE KEY-----\n",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nQXZ=\n-----END ENCRYPTED PRIVATE KEY-----\n",
                "-----BEGIN CERTIFICATE-----\nQXZ=\n-----END CERTIFICATE-----\n"
            })
    void otherFormsOfKeysHaveTheirMend(String content) throws Exception {
        Path file = write(content);

        assertThatThrownBy(() -> PrivateKeyFile.read(file))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("the file " + file + " holds no \"BEGIN PRIVATE KEY\"; convert other forms with: "
                        + "openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW");
    }

    @Test
    void brokenKeysHaveTheirMessage() throws Exception {
        Path file = write("-----BEGIN PRIVATE KEY-----\nQXZRQXZR\n-----END PRIVATE KEY-----\n");

        assertThatThrownBy(() -> PrivateKeyFile.read(file))
                .hasMessage("the private key in " + file + " is neither RSA nor EC");
        assertThatThrownBy(() -> PrivateKeyFile.readCertificate(file))
                .hasMessage("the file " + file + " does not begin with a PEM certificate");
    }

    @Test
    void aKeyThatEveryUserMayReadIsRefused() throws Exception {
        Path file = write(Keys.pem(Keys.RSA.getPrivate()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> PrivateKeyFile.read(file)).hasMessageContaining("is open to every user");
    }

    @Test
    void readsAServiceAccountOfGoogle() throws Exception {
        GoogleServiceAccount account = GoogleServiceAccount.read(write(google().encodePrettily()));

        assertThat(account.email()).isEqualTo("relay@project.iam.gserviceaccount.com");
        assertThat(account.tokenUri()).hasToString("https://oauth2.googleapis.com/token");
        assertThat(header(account.key()))
                .isEqualTo(
                        new JsonObject().put("alg", "RS256").put("typ", "JWT").put("kid", "0123abcd"));
        assertThat(account.toString()).doesNotContain("BEGIN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_email", "private_key", "private_key_id", "token_uri"})
    void whatLacksInAServiceAccountIsNamed(String key) throws Exception {
        JsonObject json = google();
        json.remove(key);
        Path file = write(json.encode());

        assertThatThrownBy(() -> GoogleServiceAccount.read(file))
                .isInstanceOf(KeyFileException.class)
                .hasMessage("the file " + file + " has no \"" + key + "\"");
    }

    @Test
    void otherFilesOfGoogleAreToldApart() throws Exception {
        Path user = write(google().put("type", "authorized_user").encode());
        Path text = write("not json");

        assertThatThrownBy(() -> GoogleServiceAccount.read(user))
                .hasMessage("the file " + user
                        + " is no key of a service account: its \"type\" is not \"service_account\"");
        assertThatThrownBy(() -> GoogleServiceAccount.read(text)).hasMessage("the file " + text + " is not JSON");
    }

    private static JsonObject google() {
        return new JsonObject()
                .put("type", "service_account")
                .put("client_email", "relay@project.iam.gserviceaccount.com")
                .put("private_key_id", "0123abcd")
                .put("private_key", Keys.pem(Keys.RSA.getPrivate()))
                .put("token_uri", "https://oauth2.googleapis.com/token");
    }

    private Path write(String content) throws Exception {
        return Files.writeString(Files.createTempFile(folder, "key", ""), content);
    }

    private static JsonObject header(SigningKey key) throws Exception {
        String jwt = key.sign(new JWTClaimsSet.Builder().issuer("x").build());
        return new JsonObject(new String(Base64.getUrlDecoder().decode(jwt.split("\\.")[0]), StandardCharsets.UTF_8));
    }
}
