package org.smtpgate.proxy.upstream;

import io.netty.util.NetUtil;
import io.vertx.core.net.ClientSSLOptions;
import java.time.Duration;
import java.util.List;
import org.smtpgate.proxy.net.TlsMode;

/**
 * A mail server, or several that are alike.
 *
 * @param name the configured name; a label in metrics and logs
 * @param endpoints where it listens
 * @param balancing which of them to try first
 * @param ehloName what the gateway calls itself in EHLO
 * @param tlsOptions trust and versions; null with {@link TlsMode#NONE}
 * @param failover what of an envelope may be sent again
 * @param identity as whom to log in
 * @param introduction how clients are made known
 * @param traceHeader whether a Received field is put before the content
 */
public record UpstreamSettings(
        String name,
        List<Endpoint> endpoints,
        Balancing balancing,
        Health health,
        String ehloName,
        Protocol protocol,
        TlsMode tlsMode,
        ClientSSLOptions tlsOptions,
        Pooling pooling,
        OnUpstreamClose onUpstreamClose,
        Failover failover,
        Pool pool,
        Timeouts timeouts,
        UpstreamIdentity identity,
        Introduction introduction,
        boolean traceHeader) {

    public UpstreamSettings {
        endpoints = List.copyOf(endpoints);
    }

    /** Where an upstream listens. */
    public record Endpoint(String host, int port) {
        /** The name for SNI; null for an address, which may not stand there (RFC 6066 section 3). */
        String serverName() {
            boolean address = NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
            return address ? null : host;
        }

        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** What is spoken. */
    public enum Protocol {
        /** RFC 5321. */
        SMTP
    }

    /** How the endpoint for a new connection is chosen. */
    public enum Balancing {
        /** In the order in which they are configured. */
        ORDER
    }

    /** When an endpoint is taken for dead. */
    public record Health() {
        public static final Health DEFAULTS = new Health();
    }

    /** How an upstream is told who the client is. */
    public record Introduction() {
        public static final Introduction NONE = new Introduction();
    }

    /** What may be sent to another connection when one is lost before the content. */
    public enum Failover {
        /** MAIL, while no success of its transaction was told to the client. */
        MAIL
    }

    /** How long a session keeps its upstream connection. */
    public enum Pooling {
        /** For one transaction: lent at MAIL, given back after the final reply. */
        TRANSACTION,
        /** From the first MAIL to the end of the session. */
        SESSION
    }

    /** What an idle session does when its connection ({@link Pooling#SESSION}) is closed by the upstream. */
    public enum OnUpstreamClose {
        /** Ends with {@code 221 2.0.0}. */
        SAY_221,
        /** Ends with {@code 421 4.4.2}. */
        SAY_421,
        /** Stays, and connects anew at the next MAIL. */
        RECONNECT
    }

    /**
     * Bounds of the pool.
     *
     * @param maxConnections to this upstream, over all event loops
     * @param queueLength how many transactions of one event loop may wait for a connection
     * @param queueTimeout how long one may wait; the endpoints that are tried for it share that time
     * @param connectAttempts how many connections one MAIL may try to open
     * @param idleTimeout after which an unlent connection is closed
     * @param maxLifetime after which a connection is not lent again
     * @param maxTransactions after which a connection is not lent again
     */
    public record Pool(
            int maxConnections,
            int queueLength,
            Duration queueTimeout,
            int connectAttempts,
            Duration idleTimeout,
            Duration maxLifetime,
            int maxTransactions) {
        public static final Pool DEFAULTS =
                new Pool(50, 10_000, Duration.ofSeconds(60), 3, Duration.ofSeconds(60), Duration.ofMinutes(15), 1_000);
    }

    /**
     * How long an upstream may take; the defaults are those of RFC 5321 section 4.5.3.2.
     *
     * @param connect for TCP and TLS to be set up, each
     * @param greeting for the 220
     * @param command for the reply to EHLO, MAIL, RCPT, RSET
     * @param data for the 354
     * @param content for a block of content to be taken
     * @param endOfData for the reply to the message
     */
    public record Timeouts(
            Duration connect,
            Duration greeting,
            Duration command,
            Duration data,
            Duration content,
            Duration endOfData) {
        public static final Timeouts DEFAULTS = new Timeouts(
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                Duration.ofMinutes(5),
                Duration.ofMinutes(2),
                Duration.ofMinutes(3),
                Duration.ofMinutes(10));
    }
}
