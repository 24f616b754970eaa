package org.smtpgate.auth.dovecot;

import io.vertx.core.net.SocketAddress;
import java.security.cert.X509Certificate;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.Tls;

/** Where the tests' clients come from. */
final class Origins {
    static final Origin PLAIN = origin(null);
    static final Origin ENCRYPTED = origin(new Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", null));

    private Origins() {}

    static Origin withCertificate(X509Certificate certificate) {
        return origin(new Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", certificate));
    }

    private static Origin origin(Tls tls) {
        return new Origin(
                "submission",
                "s-1",
                SocketAddress.inetSocketAddress(50587, "192.0.2.7"),
                SocketAddress.inetSocketAddress(587, "2001:db8::2"),
                tls,
                "client.example",
                1);
    }
}
