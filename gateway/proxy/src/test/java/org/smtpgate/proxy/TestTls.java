package org.smtpgate.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.TestIdentity;

/** TLS with the certificates of {@link TestCertificates}. */
public final class TestTls {
    private TestTls() {}

    static ServerSSLOptions server() {
        ServerSSLOptions options = new ServerSSLOptions();
        options.setKeyCertOptions(keyCert(TestCertificates.server()));
        return options;
    }

    /** Trusts the test authority alone, and shows no certificate. */
    public static ClientSSLOptions client() {
        ClientSSLOptions options = new ClientSSLOptions().setHostnameVerificationAlgorithm("HTTPS");
        options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(TestCertificates.authorityPem())));
        return options;
    }

    /** @param shown the certificate that is shown to the server; null for none */
    static ClientSSLOptions client(TestIdentity shown) {
        ClientSSLOptions options = client();
        if (shown != null) {
            options.setKeyCertOptions(keyCert(shown));
        }
        return options;
    }

    static ClientSSLOptions trustingAnybody() {
        return new ClientSSLOptions().setTrustAll(true).setHostnameVerificationAlgorithm("");
    }

    private static PemKeyCertOptions keyCert(TestIdentity identity) {
        return new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(identity.certificatePem()))
                .addKeyValue(Buffer.buffer(identity.keyPem()));
    }
}
