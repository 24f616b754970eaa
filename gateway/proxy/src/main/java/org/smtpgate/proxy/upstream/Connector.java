package org.smtpgate.proxy.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.net.SmtpSocket;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;
import org.smtpgate.smtp.sender.Handshake;

/** Makes connections to an upstream: TCP, TLS and the SMTP handshake, endpoint after endpoint. */
final class Connector {
    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

    private final UpstreamSettings settings;
    private final ClientSSLOptions tlsOptions;
    /** In a field for as long as the pool lives: a client that nobody holds is closed, with its sockets, by the GC. */
    private final NetClient client;

    private final Handshake handshake;
    private final Endpoints endpoints;

    Connector(Vertx vertx, UpstreamSettings settings) {
        this.settings = settings;
        this.tlsOptions = settings.tlsMode() == TlsMode.NONE ? null : tlsOptions(settings);
        this.endpoints = new Endpoints(settings.endpoints());
        this.handshake = settings.tlsMode() == TlsMode.STARTTLS
                ? Handshake.startTls(settings.ehloName())
                : Handshake.plain(settings.ehloName());
        NetClientOptions options = new NetClientOptions()
                .setConnectTimeout((int) settings.timeouts().connect().toMillis())
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true);
        this.client = vertx.createNetClient(options);
    }

    private static ClientSSLOptions tlsOptions(UpstreamSettings settings) {
        ClientSSLOptions options = settings.tlsOptions().copy();
        options.setSslHandshakeTimeout(settings.timeouts().connect().toMillis());
        options.setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        return options;
    }

    /**
     * A connection that is ready for a transaction, to the first endpoint that gives one. Each gets its share of the time
     * for which a client waits: one that hangs must leave some for those behind it, and holds a permit for no longer.
     *
     * @param principal whom it is for; null for whoever comes
     */
    Future<UpstreamConnection> connect(UpstreamPool pool, Principal principal) {
        List<Endpoint> order = endpoints.inOrder();
        int attempts = Math.min(settings.pool().connectAttempts(), order.size());
        long until = System.nanoTime() + settings.pool().queueTimeout().toNanos();
        return connect(pool, order.subList(0, attempts), until);
    }

    /** @param until the {@link System#nanoTime()} at which all of it is to be over */
    private Future<UpstreamConnection> connect(UpstreamPool pool, List<Endpoint> candidates, long until) {
        Endpoint endpoint = candidates.get(0);
        long since = System.nanoTime();
        return connect(pool, endpoint, Duration.ofNanos((until - since) / candidates.size()))
                .transform((connection, failure) -> {
                    pool.meters().connected(failure == null, System.nanoTime() - since);
                    if (failure == null) {
                        endpoints.succeeded(endpoint);
                        return Future.succeededFuture(connection);
                    }
                    endpoints.failed(endpoint);
                    if (pool.closing()) {
                        return Future.failedFuture(failure);
                    }
                    LOG.warn("upstream {}: cannot use {}: {}", settings.name(), endpoint, reason(failure));
                    boolean another = candidates.size() > 1 && System.nanoTime() - until < 0;
                    return another
                            ? connect(pool, candidates.subList(1, candidates.size()), until)
                            : Future.failedFuture(failure);
                });
    }

    private Future<UpstreamConnection> connect(UpstreamPool pool, Endpoint endpoint, Duration most) {
        boolean implicitTls = settings.tlsMode() == TlsMode.IMPLICIT;
        int connectMillis = (int) Math.min(settings.timeouts().connect().toMillis(), Math.max(1, most.toMillis()));
        ConnectOptions options = new ConnectOptions()
                .setHost(endpoint.host())
                .setPort(endpoint.port())
                .setTimeout(connectMillis)
                .setSsl(implicitTls);
        if (implicitTls) {
            options.setSslOptions(tlsOptions).setSniServerName(endpoint.serverName());
        }
        long until = System.nanoTime() + most.toNanos();
        return client.connect(options).compose(socket -> {
            UpstreamConnection connection =
                    new UpstreamConnection(pool, endpoint, new SmtpSocket(socket), handshake, tlsOptions, until);
            pool.connected(connection);
            return connection.ready().future();
        });
    }

    /** With the cause at the bottom: only that says what is wrong with a certificate. */
    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root == failure ? failure.getMessage() : failure.getMessage() + ": " + root.getMessage();
    }

    Future<Void> close() {
        return client.shutdown(Duration.ZERO);
    }
}
