package org.smtpgate.auth;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * How a backend trusts the server that it asks, and who it is there: the section {@code tls} with the keys {@code trust},
 * {@code certificate} and {@code key}, all PEM files. Certificates and names are always verified; a server whose
 * certificate no public authority has signed is named in {@code trust}.
 */
public final class ServerTls {
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

    private final Optional<Buffer> trust;
    private final Optional<Buffer> certificate;
    private final Optional<Buffer> key;

    private ServerTls(Optional<Buffer> trust, Optional<Buffer> certificate, Optional<Buffer> key) {
        this.trust = trust;
        this.certificate = certificate;
        this.key = key;
    }

    /** Reads {@code tls} of a plugin's section, which may be missing. Blocks. */
    public static ServerTls of(Settings settings) {
        return settings.optionalSection("tls")
                .map(ServerTls::read)
                .orElseGet(() -> new ServerTls(Optional.empty(), Optional.empty(), Optional.empty()));
    }

    private static ServerTls read(Settings section) {
        ServerTls tls = new ServerTls(pem(section, "trust"), pem(section, "certificate"), pem(section, "key"));
        section.end();
        if (tls.certificate.isPresent() != tls.key.isPresent()) {
            throw section.wrong(
                    tls.key.isPresent() ? "certificate" : "key", "is required: certificate and key go together");
        }
        try {
            tls.context(section.context().vertx());
        } catch (IllegalStateException e) {
            throw section.wrong(
                    "trust", "trust, certificate or key is not what it should be in PEM: " + e.getMessage());
        }
        return tls;
    }

    /** For clients of Vert.x. */
    public ClientSSLOptions options() {
        ClientSSLOptions options = new ClientSSLOptions().setHostnameVerificationAlgorithm("HTTPS");
        options.setEnabledSecureTransportProtocols(PROTOCOLS);
        trustOptions().ifPresent(options::setTrustOptions);
        keyOptions().ifPresent(options::setKeyCertOptions);
        return options;
    }

    /** For clients of other libraries; verifying the server's name is theirs. */
    public SSLContext context(Vertx vertx) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager[] trusted = trustOptions().isEmpty()
                    ? null
                    : trustOptions().get().getTrustManagerFactory(vertx).getTrustManagers();
            KeyManager[] own = keyOptions().isEmpty()
                    ? null
                    : keyOptions().get().getKeyManagerFactory(vertx).getKeyManagers();
            context.init(own, trusted, null);
            return context;
        } catch (Exception e) {
            // What Vert.x' readers of PEM throw is declared no closer.
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private Optional<TrustOptions> trustOptions() {
        return trust.map(pem -> new PemTrustOptions().addCertValue(pem));
    }

    private Optional<KeyCertOptions> keyOptions() {
        return certificate.map(pem -> new PemKeyCertOptions().addCertValue(pem).addKeyValue(key.orElseThrow()));
    }

    private static Optional<Buffer> pem(Settings section, String name) {
        return section.optionalPath(name).map(file -> {
            try {
                return Buffer.buffer(Files.readAllBytes(checked(section, name, file)));
            } catch (IOException e) {
                throw section.wrong(name, "the file " + file + " cannot be read");
            }
        });
    }

    private static Path checked(Settings section, String name, Path file) {
        if (!Files.isRegularFile(file)) {
            throw section.wrong(name, "there is no file " + file);
        }
        return file;
    }
}
