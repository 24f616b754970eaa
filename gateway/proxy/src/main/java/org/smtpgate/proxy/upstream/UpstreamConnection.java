package org.smtpgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.metrics.AuthResult;
import org.smtpgate.proxy.metrics.ConnectionState;
import org.smtpgate.proxy.metrics.UpstreamMeters;
import org.smtpgate.proxy.net.SmtpSocket;
import org.smtpgate.proxy.net.SocketEnd;
import org.smtpgate.proxy.net.SocketHandler;
import org.smtpgate.proxy.upstream.NoLeaseException.Reason;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.ServerLimit;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Verb;
import org.smtpgate.smtp.sender.Handshake;
import org.smtpgate.smtp.sender.Introduction;
import org.smtpgate.smtp.sender.Loss;
import org.smtpgate.smtp.sender.SenderAction;
import org.smtpgate.smtp.sender.SenderSession;

/**
 * One connection to a mail server: a socket, the dialogue on it, and the time that each answer may take.
 *
 * <p>Confined to its event loop. Its state is the pool's to change; whoever has it on loan sends commands and content.
 */
public final class UpstreamConnection implements SocketHandler, SenderAction.Performer {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamConnection.class);

    private final UpstreamPool pool;
    private final UpstreamSettings settings;
    private final UpstreamMeters meters;
    private final Member member;
    private final SmtpSocket socket;
    private final SenderSession session;
    private final ClientSSLOptions tlsOptions;
    private final AnswerClock clock;
    private final Traffic traffic;
    /** Null without a login. */
    private final UpstreamLogin login;

    private final Promise<UpstreamConnection> ready = Promise.promise();
    private final long bornAt = System.nanoTime();

    private ConnectionState state = ConnectionState.CONNECTING;
    private Lessee lessee;
    private boolean pumping;
    private boolean lost;
    private int transactions;

    /**
     * @param credentials what to log in with; null for a handshake without a login
     * @param handshakeUntil the {@link System#nanoTime()} at which the handshake is too late
     */
    UpstreamConnection(
            UpstreamPool pool,
            Member member,
            SmtpSocket socket,
            Handshake handshake,
            ClientSSLOptions tlsOptions,
            LoginCredentials credentials,
            long handshakeUntil) {
        this.pool = pool;
        this.settings = pool.settings();
        this.meters = pool.meters();
        this.member = member;
        this.socket = socket;
        this.session = new SenderSession(handshake);
        this.tlsOptions = tlsOptions;
        this.traffic = new Traffic(socket, meters);
        this.clock = new AnswerClock(pool.deadlines().create(this::expired), settings.timeouts(), handshakeUntil);
        this.login = credentials == null
                ? null
                : new UpstreamLogin(
                        Vertx.currentContext(),
                        session,
                        credentials,
                        settings.identity().method(),
                        this::advance);
        socket.handler(this);
        arm();
    }

    // For whoever has it on loan

    /** Takes the connection over. */
    public void lentTo(Lessee taker) {
        lessee = taker;
    }

    /** Another transaction begins on it, of this principal. */
    public void transactionBegins(Principal principal) {
        transactions++;
        UpstreamSettings.Introduction by = settings.introduction();
        if (by.byCommands()) {
            session.introduce(new Introduction(
                    principal.peer(), principal.session(), by.xclient(), by.xforward(), by.mailAuth()));
        }
    }

    /** Sends a command; several of one turn are written as one, at {@link #flush()}. */
    public void send(Command command) {
        boolean waiting = session.awaiting() != null;
        session.send(command);
        if (!waiting) {
            arm();
        }
    }

    /** Passes content on; the buffer is the connection's from now on. */
    public void content(ByteBuf bytes) {
        socket.write(bytes);
    }

    /** The content passed on so far was all, its end included. */
    public void contentEnded() {
        session.contentEnded();
        arm();
    }

    /** Writes what was sent. */
    public void flush() {
        pump();
        if (session.awaiting() == Stage.CONTENT && !socket.hasRoom()) {
            clock.awaitRoom();
        }
    }

    /** Whether the upstream keeps up with the content. */
    public boolean hasRoom() {
        return lost || socket.hasRoom();
    }

    public Capabilities capabilities() {
        return session.capabilities();
    }

    /** Where it leads to. */
    public Destination endpoint() {
        return member.destination();
    }

    /** Whether no transaction has begun on it. */
    boolean fresh() {
        return transactions == 0;
    }

    /** Whether transactions have gone through it before this one. */
    public boolean reused() {
        return transactions > 1;
    }

    /** Whether no transaction is open on it, and no answer is owed: another one may begin. */
    public boolean reusable() {
        return session.reusable();
    }

    /** Whether RSET could make it reusable: a transaction is open, but no content, and no answer is owed. */
    public boolean resettable() {
        return !lost && session.awaiting() == null;
    }

    // For the pool

    UpstreamPool pool() {
        return pool;
    }

    Member member() {
        return member;
    }

    Promise<UpstreamConnection> ready() {
        return ready;
    }

    ConnectionState state() {
        return state;
    }

    void state(ConnectionState next) {
        state = next;
        if (next == ConnectionState.LEASED) {
            clock.clear();
        }
    }

    boolean lost() {
        return lost;
    }

    /** Whether it has served as long, or as often, as it may. */
    boolean worn() {
        return System.nanoTime() - bornAt >= settings.pool().maxLifetime().toNanos()
                || transactions >= settings.pool().maxTransactions()
                || spent();
    }

    /** Whether the upstream takes no more transactions on it (RFC 9422). */
    public boolean spent() {
        return transactions >= capabilities().most(ServerLimit.MAILMAX);
    }

    boolean olderThan(Duration age) {
        return System.nanoTime() - bornAt > age.toNanos();
    }

    void idleFor(Duration most) {
        lessee = null;
        clock.in(most);
    }

    void reset() {
        lessee = null;
        send(new Command.Plain(Verb.RSET));
        flush();
    }

    void quit() {
        lessee = null;
        send(new Command.Plain(Verb.QUIT));
        flush();
    }

    /** Ends it without a word, since the upstream must see no end of the data, or would not listen. */
    void drop(String why) {
        lessee = null;
        session.closed(Loss.Kind.RETIRED, why);
        pump();
    }

    /** Ends it, whatever it is in the middle of, and says so to whoever has it on loan. */
    void breakOff(String why) {
        end(Loss.Kind.RETIRED, why);
    }

    // Socket

    @Override
    public void readable() {
        for (ByteBuffer bytes = socket.next(); bytes != null && !lost; bytes = socket.next()) {
            session.receive(bytes);
            arm();
            pump();
        }
        if (socket.inputEnded()) {
            end(Loss.Kind.FIN, "the upstream closed the connection");
        }
    }

    @Override
    public void drained() {
        if (session.awaiting() == Stage.CONTENT) {
            clock.clear();
        }
        if (lessee != null) {
            lessee.drained();
        }
    }

    @Override
    public void closed(SocketEnd end) {
        Loss.Kind kind = switch (end) {
            case FIN, OURS -> Loss.Kind.FIN;
            case RST -> Loss.Kind.RST;
            case TLS -> Loss.Kind.TLS;
        };
        end(kind, "the connection broke");
        traffic.count();
        pool.closed(this);
    }

    private void end(Loss.Kind kind, String text) {
        session.closed(kind, text + (session.awaiting() == null ? "" : " while awaiting " + session.awaiting()));
        pump();
    }

    private void expired() {
        if (state == ConnectionState.IDLE) {
            pool.idleTooLong(this);
        } else {
            end(Loss.Kind.TIMEOUT, "no answer in time");
        }
    }

    /** Sets the deadline for the answer that is due next. */
    private void arm() {
        clock.await(session.awaiting());
    }

    /** Carries on what was put into the session outside of a turn that does so by itself. */
    private void advance() {
        arm();
        pump();
    }

    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            perform();
        } catch (RuntimeException fault) {
            LOG.error("upstream {}: the connection to {} failed", settings.name(), member, fault);
            session.closed(Loss.Kind.RETIRED, "the gateway failed");
            perform();
        } finally {
            pumping = false;
        }
        socket.flush();
    }

    private void perform() {
        for (SenderAction next = session.poll(); next != null; next = session.poll()) {
            next.by(this);
        }
    }

    // Actions

    @Override
    public void write(SenderAction.Write action) {
        socket.write(action.bytes());
    }

    @Override
    public void startTls(SenderAction.StartTls action) {
        clock.awaitTls();
        socket.startTls(tlsOptions, endpoint().serverName()).onComplete((done, failure) -> {
            if (failure == null) {
                session.tlsStarted();
                advance();
                readable();
            } else {
                end(Loss.Kind.TLS, "TLS handshake failed: " + failure.getMessage());
            }
        });
    }

    @Override
    public void authenticate(SenderAction.Authenticate action) {
        login.authenticate(action, socket.isTls());
    }

    @Override
    public void challenge(SenderAction.Challenge action) {
        login.challenge(action);
    }

    @Override
    public void ready(SenderAction.Ready action) {
        clock.handshakeDone();
        if (login != null) {
            login.accepted();
            meters.loggedIn(AuthResult.ACCEPTED);
        }
        ready.tryComplete(this);
    }

    @Override
    public void notIntroduced(SenderAction.NotIntroduced action) {
        meters.notIntroduced(action.stage(), action.refusal() != null);
    }

    @Override
    public void answer(SenderAction.Answer action) {
        if (action.stage() == Stage.RSET && state == ConnectionState.RESETTING) {
            pool.resetDone(this);
        } else if (lessee != null) {
            lessee.answered(action.stage(), action.reply());
        }
        traffic.count();
    }

    @Override
    public void lost(SenderAction.Lost action) {
        lost = true;
        clock.clear();
        socket.flush();
        socket.abort();
        Reason reason = login == null ? Reason.UNREACHABLE : login.reason(action.loss());
        if (action.loss().kind() == Loss.Kind.AUTHENTICATION) {
            meters.loggedIn(reason == Reason.AUTHENTICATION ? AuthResult.REJECTED : AuthResult.UNAVAILABLE);
        }
        if (action.loss().kind() == Loss.Kind.INTRODUCTION) {
            meters.notIntroduced(Stage.XCLIENT, action.loss().reply() != null);
        }
        ready.tryFail(new NoLeaseException(reason, member + ": " + action.loss(), action.loss()));
        pool.lost(this, action.loss());
        if (lessee != null) {
            Lessee last = lessee;
            lessee = null;
            last.lost(action.loss());
        }
    }
}
