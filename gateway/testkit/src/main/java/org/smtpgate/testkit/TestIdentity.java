package org.smtpgate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** A private key with its certificate, in memory, as PEM, and as the context of a TLS server. */
public final class TestIdentity {
    private static final char[] NO_PASSWORD = new char[0];
    private static final int BITS = 256;

    private final PrivateKey key;
    private final X509Certificate certificate;

    TestIdentity(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    PrivateKey key() {
        return key;
    }

    public X509Certificate certificate() {
        return certificate;
    }

    public String certificatePem() {
        return Pem.of(certificate);
    }

    /** With the public key in it, as RFC 5915 section 3 wishes and GnuTLS demands, and Java leaves out. */
    public String keyPem() {
        try {
            PrivateKeyInfo bare = PrivateKeyInfo.getInstance(key.getEncoded());
            ECPrivateKey secret = ECPrivateKey.getInstance(bare.parsePrivateKey());
            SubjectPublicKeyInfo open =
                    SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded());
            ECPrivateKey both = new ECPrivateKey(BITS, secret.getKey(), open.getPublicKeyData(), null);
            return Pem.ofPrivateKey(new PrivateKeyInfo(bare.getPrivateKeyAlgorithm(), both).getEncoded());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes {@code tls.crt} and {@code tls.key} into a directory. */
    public TestIdentity writeTo(Path directory) {
        try {
            Files.writeString(directory.resolve("tls.crt"), certificatePem());
            Files.writeString(directory.resolve("tls.key"), keyPem());
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The context of a TLS server that shows this certificate, and trusts clients of the test authority. */
    public SSLContext serverContext() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", key, NO_PASSWORD, new X509Certificate[] {certificate});
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), TestCertificates.trust(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("while making a server's TLS context", e);
        }
    }
}
