package org.smtpgate.app.config;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import org.smtpgate.proxy.net.TlsMode;

/** Reads the {@code tls} section of an upstream. */
final class UpstreamTlsReader {
    private final Section section;
    private final TlsMode mode;
    private final boolean verify;
    private final Path trust;
    private final Path certificate;
    private final Path key;

    UpstreamTlsReader(Section section) {
        this.section = section;
        mode = section.choice("mode", TlsMode.NONE, Names::of);
        verify = section.flag("verify", true);
        trust = section.file("trust");
        certificate = section.file("certificate");
        key = section.file("key");
        section.end();
    }

    TlsMode mode() {
        return mode;
    }

    boolean showsCertificate() {
        return mode != TlsMode.NONE && certificate != null;
    }

    GatewayConfig.UpstreamTls files() {
        return new GatewayConfig.UpstreamTls(verify, trust, certificate, key);
    }

    /** Null without TLS. */
    ClientSSLOptions options() {
        if (mode == TlsMode.NONE) {
            section.noEffectBeside("mode", "has no effect, as tls.mode is none; set that to starttls or implicit");
            return null;
        }
        if (trust != null && !verify) {
            section.problem("trust", "has no effect, as tls.verify is false; leave out one of them");
        }
        ClientSSLOptions options =
                new ClientSSLOptions().setTrustAll(!verify).setHostnameVerificationAlgorithm(verify ? "HTTPS" : "");
        options.setEnabledSecureTransportProtocols(TlsProtocols.ALLOWED);
        if (trust != null) {
            try {
                options.setTrustOptions(new PemTrustOptions().addCertValue(PemFiles.certificates(trust)));
            } catch (IllegalArgumentException e) {
                section.problem("trust", e.getMessage());
            }
        }
        if (certificate != null || key != null) {
            section.require("certificate", "client.crt");
            section.require("key", "client.key");
            show(options);
        }
        return options;
    }

    private void show(ClientSSLOptions options) {
        String wrong = "certificate";
        try {
            Buffer certificatePem = certificate == null ? null : PemFiles.certificates(certificate);
            wrong = "key";
            Buffer keyPem = key == null ? null : PemFiles.key(key);
            if (certificatePem != null && keyPem != null) {
                PemFiles.requireMatch(certificate, certificatePem, key, keyPem);
                options.setKeyCertOptions(
                        new PemKeyCertOptions().addCertValue(certificatePem).addKeyValue(keyPem));
            }
        } catch (IllegalArgumentException e) {
            section.problem(wrong, e.getMessage());
        }
    }
}
