package org.smtpgate.auth.dovecot;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.auth.TooBusyException;

/**
 * The auth server, as one connection that all event loops share. It is made at start and made again when it is lost: after a
 * while, or at once when a client wants to log in.
 *
 * <p>A verticle, so that it has an event loop of its own, whatever thread builds backends. Methods that do not say
 * otherwise belong to that loop; {@link #run} leads there.
 */
final class AuthServer extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(AuthServer.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    // Not 0: that is the id of Vert.x' first timer.
    private static final long NO_TIMER = -1;

    private final DovecotConfig config;
    private final Promise<Context> home = Promise.promise();
    private Future<String> deployment;
    private volatile Offer offer;

    private NetClient client;
    private AuthConnection connection;
    private Promise<AuthConnection> connecting;
    private long establishedAt;
    private int waiting;
    private Duration pause = FIRST_PAUSE;
    private long retry = NO_TIMER;
    private String complaint = "";
    private boolean closed;

    private AuthServer(DovecotConfig config) {
        this.config = config;
    }

    /** Begins to connect, and returns at once. For any thread. */
    static AuthServer open(Vertx vertx, DovecotConfig config) {
        AuthServer server = new AuthServer(config);
        server.deployment = vertx.deployVerticle(server).onFailure(server.home::tryFail);
        return server;
    }

    /** What the server last said that it offers; empty while it never did. For any thread. */
    Optional<Offer> offer() {
        return Optional.ofNullable(offer);
    }

    AuthParameters parameters() {
        return config.parameters();
    }

    /** Does something on this server's event loop. For any thread. */
    <T> Future<T> run(Supplier<Future<T>> action) {
        Promise<T> done = Promise.promise();
        home.future().onComplete((context, failure) -> {
            if (failure != null) {
                done.fail(failure);
            } else {
                context.runOnContext(turn ->
                        Future.succeededFuture().compose(none -> action.get()).onComplete(done));
            }
        });
        return done.future();
    }

    /** Ends what is under way, and the connection. For any thread. */
    Future<Void> close() {
        return deployment.transform((id, failure) -> failure == null ? vertx.undeploy(id) : Future.succeededFuture());
    }

    /**
     * A login to be begun, on a connection that is made if need be.
     *
     * @param offered says whether the server's offer has the mechanism; Dovecot hangs up on who asks for another one
     */
    Future<AuthRequest> request(Predicate<Offer> offered) {
        if (!hasRoom()) {
            return Future.failedFuture(new TooBusyException(config.maxRequests() + " logins are under way already"));
        }
        waiting++;
        return connected().onComplete(done -> waiting--).compose(made -> {
            if (made != connection) {
                return Future.failedFuture(new DovecotException("closed"));
            }
            return offered.test(made.offer().result())
                    ? Future.succeededFuture(made.newRequest())
                    : Future.failedFuture(
                            new DovecotException("the server does not offer the mechanism to this client"));
        });
    }

    @Override
    public Future<?> start() {
        client = vertx.createNetClient(new NetClientOptions()
                .setConnectTimeout((int) config.connectTimeout().toMillis())
                .setTcpKeepAlive(true));
        home.complete(context);
        connected();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        closed = true;
        vertx.cancelTimer(retry);
        if (connecting != null) {
            connecting.tryFail(new DovecotException("closed"));
        }
        if (connection != null) {
            connection.end(new DovecotException("closed"));
        }
        return client.close();
    }

    /** Who waits for a client has to give way: clients that never answer would keep all others out. */
    private boolean hasRoom() {
        int underWay = connection == null ? 0 : connection.underWay();
        if (waiting + underWay < config.maxRequests()) {
            return true;
        }
        Optional<AuthRequest> idle = connection == null ? Optional.empty() : connection.longestIdle();
        idle.ifPresent(request -> request.giveUp(new DovecotException("the client was slow, and others wait")));
        return idle.isPresent();
    }

    private Future<AuthConnection> connected() {
        if (closed) {
            return Future.failedFuture(new DovecotException("closed"));
        }
        if (connection != null) {
            return Future.succeededFuture(connection);
        }
        if (connecting == null) {
            vertx.cancelTimer(retry);
            connecting = Promise.promise();
            connect(connecting);
        }
        return connecting.future();
    }

    private void connect(Promise<AuthConnection> attempt) {
        long millis = config.connectTimeout().toMillis();
        // An open door with somebody else behind it keeps silent too.
        DovecotException silence =
                new DovecotException("no handshake within " + millis + " ms; is it an auth socket for clients?");
        long deadline = vertx.setTimer(millis, late -> attempt.tryFail(silence));
        // The first to be told: who waits for the connection finds it in its place.
        attempt.future().onComplete((made, failure) -> {
            vertx.cancelTimer(deadline);
            connecting = null;
            if (failure == null) {
                established(made);
            } else {
                unreachable(failure.getMessage());
            }
        });
        client.connect(whereTo()).onComplete((socket, failure) -> {
            if (failure != null) {
                attempt.tryFail(new DovecotException(reason(failure)));
            } else if (attempt.future().isComplete()) {
                socket.close();
            } else {
                greet(socket, attempt);
            }
        });
    }

    /** With the cause at the bottom: only that says what is wrong with a certificate. */
    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String told = Objects.requireNonNullElse(failure.getMessage(), failure.toString());
        String why = Objects.requireNonNullElse(root.getMessage(), root.toString());
        return told.contains(why) ? told : told + ": " + why;
    }

    private ConnectOptions whereTo() {
        ConnectOptions options = new ConnectOptions().setRemoteAddress(config.server());
        config.tls().ifPresent(tls -> options.setSsl(true).setSslOptions(tls.options()));
        return options;
    }

    private void greet(NetSocket socket, Promise<AuthConnection> attempt) {
        AuthConnection greeted = new AuthConnection(vertx, socket, config.answerTimeout(), this::lost);
        greeted.offer().onComplete((offered, failure) -> {
            if (failure != null) {
                attempt.tryFail(failure);
            } else {
                attempt.tryComplete(greeted);
            }
        });
        attempt.future().onFailure(late -> greeted.end(new DovecotException("no handshake")));
    }

    private void established(AuthConnection made) {
        connection = made;
        establishedAt = System.nanoTime();
        offer = made.offer().result();
        complaint = "";
        LOG.info("dovecot server={} connected, it offers {}", config.server(), offer.names(true));
    }

    /** A connection has ended; if it had not been established yet, its attempt is told so by its offer. */
    private void lost(DovecotException reason) {
        if (connection != null) {
            connection = null;
            if (System.nanoTime() - establishedAt > LONGEST_PAUSE.toNanos()) {
                // Not one that welcomes everybody and then hangs up.
                pause = FIRST_PAUSE;
            }
            unreachable(reason.getMessage());
        }
    }

    private void unreachable(String reason) {
        if (closed) {
            return;
        }
        if (!reason.equals(complaint)) {
            LOG.warn("dovecot server={} cannot be asked: {}", config.server(), reason);
            complaint = reason;
        }
        vertx.cancelTimer(retry);
        retry = vertx.setTimer(pause.toMillis(), due -> connected());
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }
}
