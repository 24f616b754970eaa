package org.smtpgate.app.config;

import java.util.Set;

/** The versions of TLS that are spoken: older ones are deprecated (RFC 8996). */
final class TlsProtocols {
    static final Set<String> ALLOWED = Set.of("TLSv1.2", "TLSv1.3");

    private TlsProtocols() {}
}
