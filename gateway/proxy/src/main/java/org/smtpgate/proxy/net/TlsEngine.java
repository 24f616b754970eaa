package org.smtpgate.proxy.net;

import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;
import java.util.Optional;

/** Who does TLS towards clients, and the cryptography of its handshakes: see ADR 8 and ADR 10. */
public final class TlsEngine {
    /** {@code java} for Java's alone; {@code openssl} for that, where it can be had. */
    private static final String PROPERTY = "smtpgate.tls";

    private TlsEngine() {}

    /** Java's own unless OpenSSL is asked for, which knows no half-close. */
    public static SSLEngineOptions options() {
        return isAskedFor("openssl") && OpenSsl.isAvailable() ? new OpenSSLEngineOptions() : new JdkSSLEngineOptions();
    }

    /**
     * Has handshakes done by {@link HandshakeCrypto} from now on, unless it is told to leave them to Java; as that says, before
     * keys are read.
     *
     * @return why it cannot, and Java goes on with them
     */
    public static Optional<String> hastenHandshakes() {
        return isAskedFor("java") || isAskedFor("openssl") ? Optional.empty() : HandshakeCrypto.install();
    }

    private static boolean isAskedFor(String engine) {
        return engine.equals(System.getProperty(PROPERTY));
    }
}
