package org.smtpgate.proxy.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.net.SmtpSocket;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Peer;
import org.smtpgate.smtp.sender.Handshake;

/** Makes one connection to one address of an upstream: TCP, TLS, and the SMTP handshake with its login. */
final class Dialer {
    private final UpstreamSettings settings;
    private final Map<String, AccessTokens> tokens;
    private final ClientSSLOptions tlsOptions;
    /** In a field for as long as the pool lives: a client that nobody holds is closed, with its sockets, by the GC. */
    private final NetClient client;

    private final Handshake handshake;

    /** @param tokens the sources of access tokens by their names */
    Dialer(Vertx vertx, UpstreamSettings settings, Map<String, AccessTokens> tokens) {
        this.settings = settings;
        this.tokens = tokens;
        this.tlsOptions = settings.tlsMode() == TlsMode.NONE ? null : tlsOptions(settings);
        this.handshake = handshake(settings);
        NetClientOptions options = new NetClientOptions()
                .setConnectTimeout((int) settings.timeouts().connect().toMillis())
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true);
        this.client = vertx.createNetClient(options);
    }

    private static Handshake handshake(UpstreamSettings settings) {
        Handshake overSmtp = settings.tlsMode() == TlsMode.STARTTLS
                ? Handshake.startTls(settings.ehloName())
                : Handshake.plain(settings.ehloName());
        return switch (settings.protocol()) {
            case SMTP -> overSmtp;
            case LMTP -> overSmtp.overLmtp();
        };
    }

    private static ClientSSLOptions tlsOptions(UpstreamSettings settings) {
        ClientSSLOptions options = settings.tlsOptions().copy();
        options.setSslHandshakeTimeout(settings.timeouts().connect().toMillis());
        options.setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        return options;
    }

    /**
     * A connection that is ready for a transaction. It is made once more where a renewed token was not judged, since
     * some servers close the connection on which they refused one.
     *
     * @param principal whom it is for; null for whoever comes
     */
    Future<UpstreamConnection> connect(UpstreamPool pool, Member member, Principal principal, Duration most) {
        long until = System.nanoTime() + most.toNanos();
        ConnectionPlan plan = plan(principal, logins(member.destination()), until);
        return connect(pool, member, plan).recover(failure -> {
            boolean again = plan.credentials() != null && plan.credentials().unjudged();
            return again && System.nanoTime() - until < 0 && !pool.closing()
                    ? connect(pool, member, plan)
                    : Future.failedFuture(failure);
        });
    }

    private Future<UpstreamConnection> connect(UpstreamPool pool, Member member, ConnectionPlan plan) {
        return client.connect(options(member.destination(), plan)).compose(socket -> {
            UpstreamConnection connection = new UpstreamConnection(pool, member, new SmtpSocket(socket), plan);
            pool.connected(connection);
            return connection.whenReady();
        });
    }

    /** Asks an endpoint what it offers, on a connection that is closed when the future completes. It does not log in. */
    Future<Capabilities> probe(Member member, Deadlines deadlines) {
        Duration most = settings.health().probeTimeout();
        Destination destination = member.destination();
        ConnectionPlan plan = plan(null, nobody -> null, System.nanoTime() + most.toNanos());
        return client.connect(options(destination, plan))
                .compose(socket -> new Probe(destination, new SmtpSocket(socket), plan, deadlines, most).result());
    }

    /** What to log in with at an address, for each principal. */
    private Function<Principal, LoginCredentials> logins(Destination destination) {
        return principal -> settings.identity().credentials(principal, destination, tokens);
    }

    private ConnectionPlan plan(Principal principal, Function<Principal, LoginCredentials> logins, long until) {
        LoginCredentials credentials = logins.apply(principal);
        Peer peer = principal == null ? null : principal.peer();
        byte[] header = ProxyHeader.of(settings.introduction().proxyProtocol(), peer);
        return new ConnectionPlan(
                header,
                header != null && settings.tlsMode() == TlsMode.IMPLICIT,
                credentials == null ? handshake : handshake.withLogin(),
                tlsOptions,
                credentials,
                logins,
                until);
    }

    private ConnectOptions options(Destination destination, ConnectionPlan plan) {
        boolean implicitTls = settings.tlsMode() == TlsMode.IMPLICIT && !plan.tlsBehindHeader();
        long millisLeft = Math.max(1, TimeUnit.NANOSECONDS.toMillis(plan.until() - System.nanoTime()));
        ConnectOptions options = new ConnectOptions()
                .setHost(destination.host())
                .setPort(destination.port())
                .setRemoteAddress(destination.socketAddress())
                .setTimeout((int) Math.min(settings.timeouts().connect().toMillis(), millisLeft))
                .setSsl(implicitTls);
        if (implicitTls) {
            options.setSslOptions(tlsOptions).setSniServerName(destination.serverName());
        }
        return options;
    }

    Future<Void> close() {
        return client.shutdown(Duration.ZERO);
    }
}
