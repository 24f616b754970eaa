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
import java.security.KeyStore;
import java.security.PublicKey;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;

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
        tls.check(section);
        return tls;
    }

    /** Each file by itself, so that the one at fault is named; and whether certificate and key are a pair. */
    private void check(Settings section) {
        Vertx vertx = section.context().vertx();
        trust.ifPresent(pem -> usable(section, "trust", () -> trusted(pem).getTrustManagerFactory(vertx)));
        certificate.ifPresent(pem -> {
            usable(section, "certificate", () -> trusted(pem).getTrustManagerFactory(vertx));
            if (!usable(section, "key", () -> areOnePair(own(pem), vertx))) {
                throw section.wrong("key", "is not the key of the certificate");
            }
        });
    }

    private static boolean areOnePair(PemKeyCertOptions own, Vertx vertx) throws Exception {
        X509KeyManager keys = (X509KeyManager) own.getKeyManagerFactory(vertx).getKeyManagers()[0];
        KeyStore store = own.loadKeyStore(vertx);
        PublicKey theirs = store.getCertificate(store.aliases().nextElement()).getPublicKey();
        String alias = keys.chooseClientAlias(new String[] {theirs.getAlgorithm()}, null, null);
        return alias != null && KeyPairs.match(theirs, keys.getPrivateKey(alias));
    }

    private static <T> T usable(Settings section, String key, Callable<T> reading) {
        try {
            return reading.call();
        } catch (Exception e) {
            // What Vert.x' readers of PEM throw is declared no closer.
            throw section.wrong(key, "is not what it should be in PEM: " + e.getMessage());
        }
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
        return trust.map(ServerTls::trusted);
    }

    private Optional<KeyCertOptions> keyOptions() {
        return certificate.map(this::own);
    }

    private static PemTrustOptions trusted(Buffer pem) {
        return new PemTrustOptions().addCertValue(pem);
    }

    private PemKeyCertOptions own(Buffer certificatePem) {
        return new PemKeyCertOptions().addCertValue(certificatePem).addKeyValue(key.orElseThrow());
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
