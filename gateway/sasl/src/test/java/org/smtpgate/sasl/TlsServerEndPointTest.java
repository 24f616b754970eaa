package org.smtpgate.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 5929 section 4.1, with certificates of the JDK's keytool. */
class TlsServerEndPointTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "RSA, SHA1withRSA, SHA-256",
        "RSA, SHA256withRSA, SHA-256",
        "RSA, SHA384withRSA, SHA-384",
        "RSA, SHA512withRSA, SHA-512",
        "EC, SHA256withECDSA, SHA-256",
        "EC, SHA512withECDSA, SHA-512"
    })
    void isTheHashThatTheCertificateIsSignedWithButNeverAWeakOne(String key, String signature, String hash)
            throws Exception {
        assertHash(hash, certificate(key, signature));
    }

    /** Which hash keytool takes there for 2,048 bits has changed in Java 19. */
    @Test
    void ofPssItIsTheHashOfTheParameters() throws Exception {
        assertHash(Runtime.version().feature() < 19 ? "SHA-256" : "SHA-384", certificate("RSA", "RSASSA-PSS"));
    }

    @Test
    void isNotDefinedForASignatureWithoutAHashOfItsOwn() throws Exception {
        assertThat(TlsServerEndPoint.of(certificate("Ed25519", "Ed25519"))).isNull();
    }

    private static void assertHash(String hash, X509Certificate certificate) throws Exception {
        assertThat(TlsServerEndPoint.of(certificate))
                .isEqualTo(MessageDigest.getInstance(hash).digest(certificate.getEncoded()));
    }

    private X509Certificate certificate(String key, String signature) throws Exception {
        Path store = folder.resolve("store.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        // The size decides which hash keytool takes for PSS.
        String[] size = key.equals("RSA") ? new String[] {"-keysize", "2048"} : new String[0];
        List<String> command = new ArrayList<>(List.of(
                keytool.toString(),
                "-genkeypair",
                "-alias",
                "gate",
                "-keyalg",
                key,
                "-sigalg",
                signature,
                "-dname",
                "CN=gate.example.org",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD)));
        command.addAll(List.of(size));
        Process made = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(made.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(made.exitValue())
                .as(Files.readString(folder.resolve("keytool.log")))
                .isZero();
        var keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        byte[] encoded = keys.getCertificate("gate").getEncoded();
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
    }
}
