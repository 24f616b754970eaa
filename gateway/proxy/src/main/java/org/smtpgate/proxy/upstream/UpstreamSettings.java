package org.smtpgate.proxy.upstream;

import io.vertx.core.net.ClientSSLOptions;
import java.time.Duration;
import java.util.List;
import org.smtpgate.proxy.dns.Literals;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.smtp.sender.Introduction.Xclient;

/**
 * A mail server, or several that are alike.
 *
 * @param name the configured name; a label in metrics and logs
 * @param endpoints where it listens
 * @param balancing which of them to try first
 * @param health when one of them is left out
 * @param ehloName what the gateway calls itself in EHLO or LHLO
 * @param tlsOptions trust and versions; null with {@link TlsMode#NONE}
 * @param failover what of an envelope may be sent again
 * @param identity as whom to log in
 * @param introduction how clients are made known
 * @param trace the Received field that is put before the content
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
        Trace trace) {
    /** Where mail exchangers listen. */
    public static final int SMTP_PORT = 25;

    public UpstreamSettings {
        endpoints = List.copyOf(endpoints);
    }

    /** Whether a connection may serve more than one client. */
    public boolean sharesConnections() {
        return !identity.needsLogin() && introduction.proxyProtocol() == ProxyProtocol.OFF;
    }

    /** Which connections may serve this principal. A PROXY header speaks for one session. */
    PoolKey key(Principal principal) {
        PoolKey shared = identity.key(principal);
        return introduction.proxyProtocol() == ProxyProtocol.OFF ? shared : shared.of(principal.session());
    }

    /** Whether a message reaches nobody but the server that the endpoint names. */
    public boolean verifiesTls() {
        return tlsMode != TlsMode.NONE
                && !tlsOptions.isTrustAll()
                && !tlsOptions.getHostnameVerificationAlgorithm().isEmpty();
    }

    /**
     * Where an upstream listens, as it is configured; it may stand for several addresses.
     *
     * @param host a name or an IP address; the domain to ask for with {@link Kind#MX}, the whole name with {@link Kind#SRV};
     *     the absolute path of the socket with {@link Kind#UNIX}
     * @param port 0 with {@link Kind#SRV}, whose records have it, and with {@link Kind#UNIX}
     * @param weight its share among those of the same priority
     * @param priority the lower, the better: the next one is used only when none before it is live
     */
    public record Endpoint(Kind kind, String host, int port, int weight, int priority) {

        /** With the usual weight, among the best. */
        public Endpoint(String host, int port) {
            this(Kind.HOST, host, port, 1, 0);
        }

        /** How its addresses are found. */
        public enum Kind {
            /** By A and AAAA records, unless it is an address itself. */
            HOST,
            /** By SRV records, RFC 2782. */
            SRV,
            /** By MX records, RFC 5321 section 5.1. */
            MX,
            /** It is a socket of this machine. */
            UNIX
        }

        /** Whether nobody needs to be asked where it is. */
        boolean isAddress() {
            return kind == Kind.UNIX || kind == Kind.HOST && (Literals.isAddress(host) || Literals.isLocalhost(host));
        }

        /** As it is written in the configuration; its name in metrics. */
        @Override
        public String toString() {
            return switch (kind) {
                case HOST -> (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
                case SRV -> "srv:" + host;
                case UNIX -> "unix:" + host;
                case MX -> "mx:" + host + (port == SMTP_PORT ? "" : ":" + port);
            };
        }
    }

    /** What is spoken. */
    public enum Protocol {
        /** RFC 5321. */
        SMTP,
        /** RFC 2033: the content is answered for each recipient, and the client hears one answer made of them. */
        LMTP
    }

    /** How the endpoint for a new connection is chosen, among those of the best priority that has a live one. */
    public enum Balancing {
        /** The one with the fewest connections of all event loops, by weight. */
        LEAST_CONNECTIONS,
        /** One after the other, by weight. */
        ROUND_ROBIN,
        /** The one with fewer connections of two that are drawn by lot. */
        RANDOM_TWO,
        /** The one that the login always gets, by rendezvous hashing; the client's address stands for a login. */
        HASH_LOGIN
    }

    /**
     * When an endpoint is taken for dead, and how it is tried again.
     *
     * @param probeInterval between two probes of a live endpoint; zero for none
     * @param probeTimeout for all of a probe
     * @param probeAtStart whether an endpoint is probed when it becomes known, to learn what it offers
     * @param failures how many attempts to connect must fail, one after the other, until it is left out
     * @param backoff for how long at first; then twice as long each time
     * @param backoffMax for how long at most
     */
    public record Health(
            Duration probeInterval,
            Duration probeTimeout,
            boolean probeAtStart,
            int failures,
            Duration backoff,
            Duration backoffMax) {
        public static final Health DEFAULTS = new Health(
                Duration.ZERO, Duration.ofSeconds(10), true, 3, Duration.ofSeconds(1), Duration.ofMinutes(5));
    }

    /**
     * How an upstream is told who the client is.
     *
     * @param xforward whether XFORWARD says it, for the upstream's logs
     * @param proxyProtocol the header before all else; only where each session has its own connection
     * @param mailAuth whether MAIL says who submitted the message (RFC 4954 section 5)
     */
    public record Introduction(Xclient xclient, boolean xforward, ProxyProtocol proxyProtocol, boolean mailAuth) {
        public static final Introduction NONE = new Introduction(Xclient.OFF, false, ProxyProtocol.OFF, false);

        /** Whether it is said by commands, before each transaction. */
        boolean byCommands() {
            return xclient != Xclient.OFF || xforward || mailAuth;
        }
    }

    /** The header of HAProxy's PROXY protocol, by its versions. */
    public enum ProxyProtocol {
        OFF,
        /** A line of text. */
        V1,
        /** Binary, with what is known of the client's TLS. */
        V2
    }

    /** Whether a message gets a Received field of the gateway's, and what that tells. */
    public enum Trace {
        NONE,
        /** From which client it came, and how. */
        CLIENT,
        /** Its login too. */
        WITH_LOGIN
    }

    /** What is sent again, to another connection, when one is lost before the content. */
    public enum Failover {
        /** MAIL, if its connection had served others before and died meanwhile: row 4 of the closure contract, no more. */
        MAIL,
        /** Whatever the client knows to be accepted; the transaction goes on if all of it is accepted once more. */
        ENVELOPE
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
     * @param minIdle how many idle ones are kept ready, over all event loops; only of those that may serve anybody
     * @param queueLength how many transactions of one event loop may wait for a connection
     * @param queueTimeout how long one may wait; the endpoints that are tried for it share that time
     * @param connectAttempts how many connections one MAIL may try to open
     * @param idleTimeout after which an unlent connection is closed
     * @param maxLifetime after which a connection is not lent again
     * @param maxTransactions after which a connection is not lent again
     */
    public record Pool(
            int maxConnections,
            int minIdle,
            int queueLength,
            Duration queueTimeout,
            int connectAttempts,
            Duration idleTimeout,
            Duration maxLifetime,
            int maxTransactions) {
        public static final Pool DEFAULTS =
                new Pool(50, 10_000, Duration.ofSeconds(60), 3, Duration.ofSeconds(60), Duration.ofMinutes(15), 1_000);

        /** With no idle connections kept ready. */
        public Pool(
                int maxConnections,
                int queueLength,
                Duration queueTimeout,
                int connectAttempts,
                Duration idleTimeout,
                Duration maxLifetime,
                int maxTransactions) {
            this(
                    maxConnections,
                    0,
                    queueLength,
                    queueTimeout,
                    connectAttempts,
                    idleTimeout,
                    maxLifetime,
                    maxTransactions);
        }
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
