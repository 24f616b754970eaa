package org.smtpgate.proxy.net;

import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;

/** Who does the cryptography of TLS. */
public final class TlsEngine {
    /** {@code jdk} for Java's own where OpenSSL could be had. */
    private static final String PROPERTY = "smtpgate.tls";

    private TlsEngine() {}

    /** OpenSSL where that can be had, since it takes half of the time for a handshake, else Java's own. */
    public static SSLEngineOptions options() {
        boolean wanted = "openssl".equals(System.getProperty(PROPERTY));
        return wanted && OpenSsl.isAvailable() ? new OpenSSLEngineOptions() : new JdkSSLEngineOptions();
    }
}
