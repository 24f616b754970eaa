package org.smtpgate.app.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.smtpgate.proxy.GatewaySettings;
import org.smtpgate.proxy.authn.BackendRules;
import org.smtpgate.proxy.dns.DnsSettings;
import org.smtpgate.proxy.downstream.ListenerSettings;
import org.smtpgate.proxy.routing.RoutingRule;
import org.smtpgate.proxy.upstream.UpstreamSettings;

/**
 * A configuration file, read and found to be right.
 *
 * @param tokens sources of access tokens, by their names
 * @param profile how much of the machine it is to take
 * @param admin empty turns the admin HTTP server off
 */
public record GatewayConfig(
        List<Listener> listeners,
        List<RoutingRule> routes,
        Map<String, Backend> backends,
        FailedLogins failedLogins,
        Map<String, TokenSettings> tokens,
        List<Upstream> upstreams,
        Optional<AdminSettings> admin,
        Log log,
        Profile profile,
        int eventLoops,
        Duration drainDeadline,
        DnsSettings dns) {

    /** A listener, with what its TLS options were made from. */
    public record Listener(ListenerSettings settings, ListenerTls tls) {}

    /**
     * Towards clients.
     *
     * @param certificate null without TLS
     * @param key null without TLS
     * @param clientTrust the authorities of clients' certificates; null if none are asked for
     */
    public record ListenerTls(Path certificate, Path key, ClientCertificates clientCertificates, Path clientTrust) {}

    /** Whether clients are to show a certificate in the handshake. */
    public enum ClientCertificates {
        /** They are not asked. */
        NONE,
        /** They may; one that is shown must be good. */
        REQUEST,
        /** Without a good one there is no connection. */
        REQUIRE
    }

    /** An upstream, with what its TLS options and its identity were made from. */
    public record Upstream(UpstreamSettings settings, UpstreamTls tls, Identity identity) {}

    /**
     * Towards an upstream.
     *
     * @param trust null for the JVM's own authorities
     * @param certificate what the gateway shows; null for nothing
     */
    public record UpstreamTls(boolean verify, Path trust, Path certificate, Path key) {}

    /**
     * As whom the gateway logs in at an upstream; what is not written is empty.
     *
     * @param password whether there is one
     * @param tokens the name of a source
     */
    public record Identity(Mode mode, String username, boolean password, String tokens, String separator) {

        /** The key {@code mode}. */
        public enum Mode {
            NONE,
            SERVICE,
            PASSTHROUGH,
            DELEGATED,
            USER_TOKENS
        }
    }

    /**
     * The section of an authentication backend.
     *
     * @param settings what the plugin understands
     * @param rules how the gateway asks it
     */
    public record Backend(String plugin, Map<String, Object> settings, BackendRules rules) {
        /** The plugin that asks the upstream. */
        public static final String UPSTREAM = "upstream";

        /** Any of the settings may be a password. */
        @Override
        public String toString() {
            return "Backend[plugin=" + plugin + ", settings=" + settings.keySet() + ", rules=" + rules + "]";
        }
    }

    /**
     * What the process is laid out for. The launcher, which starts the JVM before this is read, finds the same line in the file
     * and chooses the JVM's heap and compiler by it.
     */
    public enum Profile {
        /** A machine or container of its own. */
        SERVER,
        /** Little memory and few threads, beside an application. */
        SIDECAR
    }

    /** How log lines are written. */
    public record Log(LogFormat format, LogLevel level) {}

    /** The forms of a log line. */
    public enum LogFormat {
        TEXT,
        JSON
    }

    /** How much is logged. */
    public enum LogLevel {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    /** What the gateway itself is built from. */
    public GatewaySettings settings() {
        return new GatewaySettings(
                listeners.stream().map(Listener::settings).toList(),
                routes,
                upstreams.stream().map(Upstream::settings).toList(),
                rules(),
                eventLoops,
                drainDeadline,
                dns);
    }

    private Map<String, BackendRules> rules() {
        return backends.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, named -> named.getValue().rules()));
    }
}
