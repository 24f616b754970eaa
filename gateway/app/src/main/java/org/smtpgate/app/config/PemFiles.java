package org.smtpgate.app.config;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.smtpgate.auth.KeyPairs;

/**
 * Certificates and keys in PEM files, looked at before any port is opened. They are handed on as values rather than
 * paths, since Vert.x would not see that a file has changed.
 */
final class PemFiles {
    /** Java would take the binary form too, which Vert.x does not. */
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";

    /** Far more than all the authorities of the world. */
    private static final int MAX_BYTES = 16 << 20;

    private PemFiles() {}

    /** When the first certificate ends. */
    static Instant end(Path file, Buffer pem) {
        return certificates(file, pem).get(0).getNotAfter().toInstant();
    }

    /** @throws IllegalArgumentException when there is no certificate in it */
    static Buffer certificates(Path file) {
        Buffer pem = read(file);
        certificates(file, pem);
        return pem;
    }

    /**
     * The first certificate.
     *
     * @throws IllegalArgumentException when there is none in it
     */
    static X509Certificate certificate(Path file) {
        return certificates(file, read(file)).get(0);
    }

    /** @throws IllegalArgumentException when there is no private key in it */
    static Buffer key(Path file) {
        Buffer pem = read(file);
        privateKey(file, pem);
        return pem;
    }

    /** @throws IllegalArgumentException when the certificate is not for the key */
    static void requireMatch(Path certificateFile, Buffer certificate, Path keyFile, Buffer key) {
        PublicKey theirs = certificates(certificateFile, certificate).get(0).getPublicKey();
        PrivateKey ours = privateKey(keyFile, key);
        if (!KeyPairs.match(theirs, ours)) {
            throw new IllegalArgumentException(keyFile + " is not the key of the certificate in " + certificateFile);
        }
    }

    private static List<X509Certificate> certificates(Path file, Buffer pem) {
        if (!pem.toString(StandardCharsets.ISO_8859_1).contains(BEGIN)) {
            throw new IllegalArgumentException(file + " has no certificate in PEM form");
        }
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (Certificate certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes()))) {
                certificates.add((X509Certificate) certificate);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(file + " has a certificate that cannot be read", e);
        }
        return certificates;
    }

    /** @throws IllegalArgumentException when there is no private key in it */
    static PrivateKey privateKey(Path file, Buffer pem) {
        try (PEMParser parser = new PEMParser(new StringReader(pem.toString(StandardCharsets.ISO_8859_1)))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                if (object instanceof PrivateKeyInfo info) {
                    return new JcaPEMKeyConverter().getPrivateKey(info);
                }
                if (object instanceof PEMKeyPair pair) {
                    return new JcaPEMKeyConverter().getKeyPair(pair).getPrivate();
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(file + " has no usable private key in PEM form", e);
        }
        throw new IllegalArgumentException(file + " has no unencrypted private key in PEM form");
    }

    private static Buffer read(Path file) {
        return Buffer.buffer(WholeFile.read(file, MAX_BYTES));
    }
}
