package org.smtpgate.proxy.net;

import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;

/** Who does the cryptography of TLS towards clients. Towards upstreams it is Java: see ADR 8. */
public final class TlsEngine {
    /** {@code openssl} for that, where it can be had. */
    private static final String PROPERTY = "smtpgate.tls";

    private TlsEngine() {}

    /** Java's own unless OpenSSL is asked for: it takes less time for a handshake, and knows no half-close. */
    public static SSLEngineOptions options() {
        boolean wanted = "openssl".equals(System.getProperty(PROPERTY));
        return wanted && OpenSsl.isAvailable() ? new OpenSSLEngineOptions() : new JdkSSLEngineOptions();
    }
}
