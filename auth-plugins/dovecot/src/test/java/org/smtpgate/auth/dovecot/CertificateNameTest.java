package org.smtpgate.auth.dovecot;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

/** Who a certificate names, and that nobody is named by one that leaves a choice. */
class CertificateNameTest {

    @Test
    void theCommonNameIsTheUser() throws Exception {
        assertThat(CertificateName.COMMON_NAME.of(certificate("CN=alice@example.org,O=Example")))
                .contains("alice@example.org");
        assertThat(CertificateName.COMMON_NAME.of(certificate("O=Example,SERIALNUMBER=7+CN=alice")))
                .contains("alice");
    }

    @Test
    void anAddressIsTheUser() throws Exception {
        assertThat(CertificateName.EMAIL.of(certificate("CN=x", "alice@example.org")))
                .contains("alice@example.org");
    }

    @Test
    void twoNamesAreNobodys() throws Exception {
        assertThat(CertificateName.COMMON_NAME.of(certificate("CN=alice,CN=bob")))
                .isEmpty();
        assertThat(CertificateName.EMAIL.of(certificate("CN=x", "alice@example.org", "bob@example.org")))
                .isEmpty();
    }

    @Test
    void noNameIsNobodys() throws Exception {
        assertThat(CertificateName.COMMON_NAME.of(certificate("O=Example", "alice@example.org")))
                .isEmpty();
        assertThat(CertificateName.EMAIL.of(certificate("CN=alice"))).isEmpty();
        assertThat(CertificateName.COMMON_NAME.of(certificate("CN=al\\0Aice"))).isEmpty();
    }

    private static X509Certificate certificate(String subject, String... addresses) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        X500Name name = new X500Name(subject);
        Date now = Date.from(Instant.now());
        JcaX509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(name, BigInteger.ONE, now, now, name, pair.getPublic());
        if (addresses.length > 0) {
            GeneralName[] names = Arrays.stream(addresses)
                    .map(address -> new GeneralName(GeneralName.rfc822Name, address))
                    .toArray(GeneralName[]::new);
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        }
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
    }
}
