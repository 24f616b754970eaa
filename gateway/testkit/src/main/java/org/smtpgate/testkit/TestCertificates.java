package org.smtpgate.testkit;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.RFC4519Style;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates for tests, made once per JVM: one authority, and servers that are right, wrong, unknown and expired. */
public final class TestCertificates {
    private static final AtomicLong SERIAL = new AtomicLong(1);
    private static final Duration VALIDITY = Duration.ofDays(30);
    private static final GeneralNames HERE = new GeneralNames(new GeneralName[] {
        new GeneralName(GeneralName.dNSName, "localhost"),
        new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
        new GeneralName(GeneralName.iPAddress, "::1")
    });
    private static final GeneralNames ELSEWHERE =
            new GeneralNames(new GeneralName(GeneralName.dNSName, "elsewhere.test"));

    private static final TestIdentity AUTHORITY = authority("smtpgate test authority");
    private static final TestIdentity SERVER = server(AUTHORITY, HERE, Instant.now());
    private static final TestIdentity WRONG_HOST = server(AUTHORITY, ELSEWHERE, Instant.now());
    private static final TestIdentity UNTRUSTED = server(authority("nobody's authority"), HERE, Instant.now());
    private static final TestIdentity EXPIRED =
            server(AUTHORITY, HERE, Instant.now().minus(VALIDITY.multipliedBy(2)));

    private TestCertificates() {}

    /** The authority that clients trust, as PEM. */
    public static String authorityPem() {
        return AUTHORITY.certificatePem();
    }

    /** Signed by the authority for localhost and 127.0.0.1. */
    public static TestIdentity server() {
        return SERVER;
    }

    /** Signed by the authority, but for another host. */
    public static TestIdentity wrongHost() {
        return WRONG_HOST;
    }

    /** For localhost, but signed by an authority that nobody trusts. */
    public static TestIdentity untrusted() {
        return UNTRUSTED;
    }

    /** Right in all but its date. */
    public static TestIdentity expired() {
        return EXPIRED;
    }

    /** A fresh certificate beside {@link #server()}, for tests of renewal. */
    public static TestIdentity anotherServer() {
        return server(AUTHORITY, HERE, Instant.now());
    }

    /** Signed by the authority for a client of that name. */
    public static TestIdentity client(String name) {
        KeyPair signer = new KeyPair(AUTHORITY.certificate().getPublicKey(), AUTHORITY.key());
        return signed(
                newKeyPair(), new Draft(issuer(AUTHORITY), new X500Name("CN=" + name), Instant.now(), HERE), signer);
    }

    /**
     * Signed by the authority for a client with these alternative names.
     *
     * @param subject a distinguished name, such as {@code CN=tim,O=example}
     * @param names each an e-mail address, or a URI, which has a colon
     */
    public static TestIdentity client(String subject, List<String> names) {
        KeyPair signer = new KeyPair(AUTHORITY.certificate().getPublicKey(), AUTHORITY.key());
        GeneralName[] general = names.stream()
                .map(name -> new GeneralName(
                        name.contains(":") ? GeneralName.uniformResourceIdentifier : GeneralName.rfc822Name, name))
                .toArray(GeneralName[]::new);
        Draft draft = new Draft(
                issuer(AUTHORITY),
                new X500Name(RFC4519Style.INSTANCE, subject),
                Instant.now(),
                general.length == 0 ? HERE : new GeneralNames(general));
        return signed(newKeyPair(), draft, signer);
    }

    /** The context of a TLS client that trusts the authority and nothing else. */
    public static SSLContext clientContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("while making a client's TLS context", e);
        }
    }

    /** The authority and nothing else. */
    static TrustManager[] trust() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("authority", AUTHORITY.certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            return trust.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("while trusting the authority", e);
        }
    }

    private static TestIdentity authority(String name) {
        KeyPair pair = newKeyPair();
        X500Name subject = new X500Name("CN=" + name);
        return signed(pair, new Draft(subject, subject, Instant.now(), null), pair);
    }

    private static TestIdentity server(TestIdentity authority, GeneralNames names, Instant from) {
        KeyPair signer = new KeyPair(authority.certificate().getPublicKey(), authority.key());
        return signed(newKeyPair(), new Draft(issuer(authority), new X500Name("CN=server"), from, names), signer);
    }

    private static X500Name issuer(TestIdentity authority) {
        return X500Name.getInstance(
                authority.certificate().getSubjectX500Principal().getEncoded());
    }

    /** What a certificate will say; without host names it is an authority's. */
    private record Draft(X500Name issuer, X500Name subject, Instant from, GeneralNames names) {
        Date notBefore() {
            return Date.from(from.minus(Duration.ofHours(1)));
        }

        Date notAfter() {
            return Date.from(from.plus(VALIDITY));
        }
    }

    private static TestIdentity signed(KeyPair pair, Draft draft, KeyPair signer) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    draft.issuer(),
                    BigInteger.valueOf(SERIAL.getAndIncrement()),
                    draft.notBefore(),
                    draft.notAfter(),
                    draft.subject(),
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(draft.names() == null));
            if (draft.names() != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, draft.names());
            }
            var holder = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate()));
            return new TestIdentity(pair.getPrivate(), new JcaX509CertificateConverter().getCertificate(holder));
        } catch (OperatorCreationException | GeneralSecurityException | IOException e) {
            throw new IllegalStateException("while making a test certificate", e);
        }
    }

    private static KeyPair newKeyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
