package org.smtpgate.proxy.downstream;

import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.smtp.BareNewline;
import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.Limits;

/**
 * A port that clients connect to.
 *
 * @param name the configured name; a label in metrics and logs
 * @param host the address to bind
 * @param port the port to bind; 0 takes any free one
 * @param hostname the name in the greeting and in EHLO's reply
 * @param upstream the name of the upstream that transactions go to, unless a routing rule says otherwise
 * @param sessions how many clients may be connected at a time, over all event loops; who comes then is told 421
 * @param bareNewline what becomes of a CR or LF that stands alone
 * @param closeWith221 the endings of the gateway's own that say 221 in place of 421
 */
public record ListenerSettings(
        String name,
        String host,
        int port,
        String hostname,
        Tls tls,
        Auth auth,
        String upstream,
        int sessions,
        BareNewline bareNewline,
        Limits limits,
        Timeouts timeouts,
        Set<Ending> closeWith221) {

    /** What of {@link #sessions} is sensible on a machine where nobody has raised the limit of open files far. */
    public static final int DEFAULT_SESSIONS = 10_000;

    public ListenerSettings {
        closeWith221 = Set.copyOf(closeWith221);
    }

    /**
     * @param required whether every transaction needs TLS, whoever sends it
     * @param options certificate, key and versions, as values; null with {@link TlsMode#NONE}
     */
    public record Tls(TlsMode mode, boolean required, ServerSSLOptions options) {
        public static final Tls NONE = new Tls(TlsMode.NONE, false, null);

        /** Whether a client may show a certificate. */
        boolean asksForCertificate() {
            return options != null && options.getClientAuth() != ClientAuth.NONE;
        }
    }

    /**
     * @param backends names of backends, asked in this order; none turns AUTH off
     * @param mechanisms the SASL mechanisms to offer at most, upper case; empty for all that the backends can serve
     * @param required whether MAIL needs a login
     * @param allowWithoutTls whether AUTH is offered and taken on an unencrypted connection
     * @param timeout how long all backends together may take
     */
    public record Auth(
            List<String> backends,
            List<String> mechanisms,
            boolean required,
            boolean allowWithoutTls,
            Duration timeout) {
        public static final Auth NONE = new Auth(List.of(), List.of(), false, false, Duration.ofSeconds(30));

        public Auth {
            backends = List.copyOf(backends);
            mechanisms = List.copyOf(mechanisms);
        }
    }

    /**
     * How long a client may take; RFC 5321 section 4.5.3.2 has the least values of a server.
     *
     * @param idle without a command
     * @param content for message data, in which each octet that comes earns time again
     * @param contentRate how many octets of message data earn a second; with 0 any octet earns all of {@code content}
     * @param tls for a TLS handshake
     */
    public record Timeouts(Duration idle, Duration content, long contentRate, Duration tls) {
        public static final Timeouts DEFAULTS =
                new Timeouts(Duration.ofMinutes(5), Duration.ofMinutes(3), 500, Duration.ofSeconds(30));
    }
}
