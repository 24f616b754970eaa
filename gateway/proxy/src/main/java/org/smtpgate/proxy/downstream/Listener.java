package org.smtpgate.proxy.downstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.smtpgate.proxy.authn.Authenticator;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.metrics.ListenerMeters;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.net.SmtpSocket;
import org.smtpgate.proxy.net.TlsEngine;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.relay.Route;
import org.smtpgate.smtp.receiver.ReceiverSettings;

/**
 * One event loop's share of a port: takes connections and knows those that are open. The instances of all event loops
 * share the port, and get its connections in turn. Confined to its event loop.
 */
public final class Listener {
    /** How long after its last reply a client may take to close, before the gateway does. */
    private static final Duration LINGER = Duration.ofSeconds(5);

    private static final int ACCEPT_BACKLOG = 1024;

    /** How many clients beyond those admitted are told so at a time; for more, a connection that closes must do. */
    private static final int TURNED_AWAY_MOST = 256;

    private final Vertx vertx;
    private final ListenerSettings settings;
    private final Authenticator authenticator;
    private final Route route;
    private final Deadlines deadlines;
    private final ListenerMeters meters;
    private final Admission admission;
    private final NetServer server;
    /** One object for all handshakes, since Vert.x keeps a TLS context for each. */
    private final ServerSSLOptions tlsOptions;

    private final Set<ClientConnection> open = new HashSet<>();
    private int turnedAway;
    private boolean draining;

    /**
     * @param port the port to bind; a negative one is a free port that all instances with that number share
     * @param admission what the instances of all event loops share
     */
    public Listener(
            Vertx vertx,
            ListenerSettings settings,
            int port,
            Authenticator authenticator,
            Route route,
            Deadlines deadlines,
            ListenerMeters meters,
            Admission admission) {
        this.vertx = vertx;
        this.settings = settings;
        this.authenticator = authenticator;
        this.route = route;
        this.deadlines = deadlines;
        this.meters = meters;
        this.admission = admission;
        // Known from the start: the first one is to be seen as an increase.
        route.upstreams().forEach(meters::transactions);
        if (route.dependsOnRecipients()) {
            meters.transactions(null);
        }
        this.tlsOptions = settings.tls().mode() == TlsMode.NONE ? null : tlsOptions(settings);
        this.server = vertx.createNetServer(options(settings, port));
    }

    private static NetServerOptions options(ListenerSettings settings, int port) {
        NetServerOptions options = new NetServerOptions();
        options.setHost(settings.host()).setPort(port).setAcceptBacklog(ACCEPT_BACKLOG);
        options.setTcpKeepAlive(true).setTcpNoDelay(true);
        options.setSslEngineOptions(TlsEngine.options());
        return options;
    }

    private static ServerSSLOptions tlsOptions(ListenerSettings settings) {
        ServerSSLOptions options = settings.tls().options().copy();
        options.setSslHandshakeTimeout(settings.timeouts().tls().toMillis());
        options.setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        return options;
    }

    /** Opens the port; the future has its number. */
    public Future<Integer> open() {
        return server.connectHandler(this::accepted).listen().map(NetServer::actualPort);
    }

    private void accepted(NetSocket socket) {
        ClientConnection connection = new ClientConnection(this, new SmtpSocket(socket));
        open.add(connection);
        if (admission.enter()) {
            connection.admitted();
        } else if (++turnedAway <= TURNED_AWAY_MOST) {
            connection.turnAway();
        } else {
            connection.drop();
        }
        if (draining) {
            connection.drain();
        }
    }

    /**
     * Closes the port, lets sessions end by themselves when they are idle, and ends those that are left at the deadline.
     */
    public Future<Void> drain(Duration deadline) {
        draining = true;
        Future<Void> closed = server.shutdown(deadline.plus(LINGER).plus(LINGER));
        new ArrayList<>(open).forEach(ClientConnection::drain);
        long timer = vertx.setTimer(
                Math.max(1, deadline.toMillis()), due -> new ArrayList<>(open).forEach(ClientConnection::shutDown));
        return closed.onComplete(done -> vertx.cancelTimer(timer));
    }

    void gone(ClientConnection connection, boolean admitted) {
        open.remove(connection);
        if (admitted) {
            admission.leave();
        } else {
            turnedAway--;
        }
    }

    /**
     * For a session that begins now.
     *
     * @param principal who the client is, as far as is known when it is asked
     * @param mechanisms what it can be offered to log in by, likewise
     */
    ReceiverSettings sessionSettings(Supplier<Principal> principal, Supplier<List<String>> mechanisms) {
        return new ReceiverSettings(
                settings.limits(),
                settings.tls().mode() == TlsMode.STARTTLS,
                settings.tls().required(),
                mechanisms,
                settings.auth().required(),
                settings.auth().allowWithoutTls(),
                settings.bareNewline(),
                () -> route.capabilities(principal.get()),
                settings.closeWith221());
    }

    ListenerSettings settings() {
        return settings;
    }

    ServerSSLOptions tlsOptions() {
        return tlsOptions;
    }

    Authenticator authenticator() {
        return authenticator;
    }

    Route route() {
        return route;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    ListenerMeters meters() {
        return meters;
    }

    Duration linger() {
        return LINGER;
    }
}
