package org.smtpgate.app.config;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.function.Function;
import org.smtpgate.app.config.GatewayConfig.ClientCertificates;
import org.smtpgate.proxy.downstream.ListenerSettings;
import org.smtpgate.proxy.net.TlsMode;

/** Reads the {@code tls} section of a listener. */
final class ListenerTlsReader {
    private final Section section;
    private final TlsMode mode;
    private final ClientCertificates clientCertificates;
    private final Path certificate;
    private final Path key;
    private final Path clientTrust;

    ListenerTlsReader(Section section) {
        this.section = section;
        mode = section.choice("mode", TlsMode.NONE, Names::of);
        certificate = section.file("certificate");
        key = section.file("key");
        clientCertificates = section.choice("client-certificates", ClientCertificates.NONE, Names::of);
        clientTrust = section.file("client-trust");
    }

    TlsMode mode() {
        return mode;
    }

    GatewayConfig.ListenerTls files() {
        return new GatewayConfig.ListenerTls(certificate, key, clientCertificates, clientTrust);
    }

    ListenerSettings.Tls read(ListenerSettings.Auth auth) {
        boolean needed = mode == TlsMode.STARTTLS && auth.required() && !auth.allowWithoutTls();
        boolean required = section.flag("required", needed);
        section.end();
        if (mode == TlsMode.NONE) {
            section.noEffectBeside("mode", "has no effect, as tls.mode is none; set that to starttls or implicit");
            return ListenerSettings.Tls.NONE;
        }
        section.require("certificate", "tls.crt");
        section.require("key", "tls.key");
        ServerSSLOptions options = options();
        Buffer authorities = clientAuthorities();
        if (options != null && authorities != null) {
            options.setClientAuth(
                    clientCertificates == ClientCertificates.REQUIRE ? ClientAuth.REQUIRED : ClientAuth.REQUEST);
            options.setTrustOptions(new PemTrustOptions().addCertValue(authorities));
        }
        return new ListenerSettings.Tls(mode, required, options);
    }

    private ServerSSLOptions options() {
        Buffer certificatePem = pem("certificate", certificate, PemFiles::certificates);
        Buffer keyPem = pem("key", key, PemFiles::key);
        if (certificatePem == null || keyPem == null) {
            return null;
        }
        try {
            PemFiles.requireMatch(certificate, certificatePem, key, keyPem);
        } catch (IllegalArgumentException e) {
            section.problem("key", e.getMessage());
        }
        warnOfItsEnd(PemFiles.end(certificate, certificatePem));
        ServerSSLOptions options = new ServerSSLOptions();
        options.setKeyCertOptions(
                new PemKeyCertOptions().addCertValue(certificatePem).addKeyValue(keyPem));
        options.setEnabledSecureTransportProtocols(TlsProtocols.ALLOWED);
        return options;
    }

    /** Whose clients' certificates are taken; null if none are asked for. */
    private Buffer clientAuthorities() {
        if (clientCertificates != ClientCertificates.NONE) {
            section.require("client-trust", "authority.crt");
            return pem("client-trust", clientTrust, PemFiles::certificates);
        }
        if (clientTrust != null) {
            section.problem(
                    "client-trust", "has no effect, as client-certificates is none; set that to request or require");
        }
        return null;
    }

    /** No mistake: a gateway that does not start is worse than one that some clients do not trust. */
    private void warnOfItsEnd(Instant end) {
        if (end.isBefore(Instant.now())) {
            section.warning(
                    "certificate",
                    "the certificate in " + certificate + " expired on "
                            + end.atZone(ZoneOffset.UTC).toLocalDate() + "; renew it");
        }
    }

    /** Null when there is none, or a wrong one, which is noted. */
    private Buffer pem(String setting, Path file, Function<Path, Buffer> read) {
        try {
            return file == null ? null : read.apply(file);
        } catch (IllegalArgumentException e) {
            section.problem(setting, e.getMessage());
            return null;
        }
    }
}
