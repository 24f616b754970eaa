package org.smtpgate.auth.kubernetes;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.function.LongSupplier;
import org.smtpgate.auth.WorkQueue;
import org.smtpgate.tokens.Published;
import org.smtpgate.tokens.UnavailableException;

/**
 * The gateway's own token and the authority of the API server, which the kubelet writes anew from time to time: they are
 * read again when they are some seconds old. Read on workers; safe for any thread.
 */
final class PodFiles {
    private static final int MAX_BYTES = 64 * 1024;
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

    /** A token that is read now is good for minutes at least, as the kubelet renews it at four fifths of its life. */
    private static final Published.Times TIMES =
            new Published.Times(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ZERO);

    private final Path tokenFile;
    private final Path caFile;
    private final Published<String> token;
    private byte[] authority = {};
    private volatile ClientSSLOptions tls = trusting(authority);

    PodFiles(Path tokenFile, Path caFile, WorkQueue workers, LongSupplier nanoTime) {
        this.tokenFile = tokenFile;
        this.caFile = caFile;
        this.token = new Published<>("the pod's own token", TIMES, nanoTime, () -> workers.run(this::read));
    }

    /** The token as it stands in its file. Whom to trust is as of then, too. */
    Future<String> token() {
        return token.get();
    }

    /** Whom to trust. */
    ClientSSLOptions tls() {
        return tls;
    }

    private synchronized String read() {
        String read = new String(bytes(tokenFile), StandardCharsets.US_ASCII).strip();
        if (read.isEmpty() || read.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new UnavailableException("the file " + tokenFile + " holds no token");
        }
        byte[] now = bytes(caFile);
        // The same options as long as they say the same: connections are shared among requests that have them.
        if (!Arrays.equals(authority, now)) {
            authority = now;
            tls = trusting(now);
        }
        return read;
    }

    private static ClientSSLOptions trusting(byte[] authority) {
        ClientSSLOptions options = new ClientSSLOptions()
                .setHostnameVerificationAlgorithm("HTTPS")
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(authority)));
        options.setEnabledSecureTransportProtocols(PROTOCOLS);
        return options;
    }

    private static byte[] bytes(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length <= MAX_BYTES) {
                return bytes;
            }
        } catch (IOException e) {
            // Said below.
        }
        throw new UnavailableException("the file " + file + " cannot be read, or is too large");
    }
}
