package org.smtpgate.oauth2;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Where a token endpoint is and how long it may take.
 *
 * @param uri HTTPS, or HTTP on this machine alone (RFC 6749 section 3.2)
 * @param timeout of a request, from its start to the last byte of the answer
 * @param trustPem certificates of the authorities to trust, as PEM; empty for those of the Java runtime
 */
public record TokenEndpointSettings(URI uri, Duration timeout, Optional<String> trustPem) {
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    /** @throws IllegalArgumentException when a secret would go over the network in the clear, or has no way to go */
    public TokenEndpointSettings {
        boolean https = "https".equalsIgnoreCase(uri.getScheme());
        boolean http = "http".equalsIgnoreCase(uri.getScheme());
        if (uri.getHost() == null || !https && !http) {
            throw new IllegalArgumentException("a token endpoint is an absolute https:// URL");
        }
        if (http && !THIS_MACHINE.contains(uri.getHost())) {
            throw new IllegalArgumentException("a token endpoint on another machine must be an https:// URL");
        }
        if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("the URL of a token endpoint has no user and no fragment");
        }
        if (timeout.toMillis() < 1) {
            throw new IllegalArgumentException("the time-out of a token endpoint must be a millisecond at least");
        }
    }

    boolean secure() {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    /** For messages: without a query, which may hold what is nobody's business. */
    String name() {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return "token endpoint " + uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath();
    }

    @Override
    public String toString() {
        return name();
    }
}
