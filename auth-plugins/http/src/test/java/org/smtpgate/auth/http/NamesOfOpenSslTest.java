package org.smtpgate.auth.http;

import static org.assertj.core.api.Assertions.assertThat;

import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names as {@code openssl ciphers} and {@code openssl x509 -nameopt RFC2253} print them. */
class NamesOfOpenSslTest {

    @ParameterizedTest
    @CsvSource({
        "TLS_AES_256_GCM_SHA384, TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256, TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, ECDHE-RSA-AES256-GCM-SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, ECDHE-ECDSA-AES128-GCM-SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, ECDHE-RSA-CHACHA20-POLY1305",
        "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256, DHE-RSA-AES256-SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, ECDHE-RSA-AES128-SHA",
        "TLS_RSA_WITH_AES_128_GCM_SHA256, AES128-GCM-SHA256",
        "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA, CAMELLIA256-SHA"
    })
    void ciphers(String registered, String openSsl) {
        assertThat(CipherName.ofOpenSsl(registered)).isEqualTo(openSsl);
    }

    @Test
    void distinguishedNames() {
        assertThat(dn("C=DE, O=\"A, B=c #1\", CN=jürgen, 1.2.840.113549.1.9.1=a@b.example"))
                .isEqualTo("C=DE,O=A\\, B=c #1,CN=j\\C3\\BCrgen,emailAddress=a@b.example");
        assertThat(dn("CN=\\#x\\+y\\\"z\\\\")).isEqualTo("CN=\\#x\\+y\\\"z\\\\");
        assertThat(dn("CN=a+OU=b, 1.2.3.4=#0C0178")).isEqualTo("CN=a+OU=b,1.2.3.4=#0C0178");
    }

    private static String dn(String name) {
        return DistinguishedName.of(new X500Principal(name));
    }
}
