package org.smtpgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.proxy.metrics.AuthResult;
import org.smtpgate.proxy.metrics.UpstreamMeters;
import org.smtpgate.proxy.net.SmtpSocket;
import org.smtpgate.proxy.net.SocketEnd;
import org.smtpgate.proxy.net.SocketHandler;
import org.smtpgate.proxy.upstream.NoLeaseException.Reason;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Method;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.sender.Introduction;
import org.smtpgate.smtp.sender.Loss;
import org.smtpgate.smtp.sender.SenderAction;
import org.smtpgate.smtp.sender.SenderSession;

/**
 * Carries bytes between the socket of one upstream connection and its {@link SenderSession}, does what the session wants
 * done, and knows how long each answer may take. Confined to its event loop.
 */
final class UpstreamDialogue implements SocketHandler, SenderAction.Performer {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamDialogue.class);

    private final Listener listener;
    /** The upstream's. */
    private final String name;

    private final Destination destination;
    private final SmtpSocket socket;
    private final ClientSSLOptions tlsOptions;
    private final SenderSession session;
    private final UpstreamMeters meters;
    private final Traffic traffic;
    private final AnswerClock clock;
    private final Method method;
    /** While one is to be expected; then what it is done with is forgotten. */
    private UpstreamLogin login;

    private boolean pumping;
    private boolean lost;
    private LastOctet lastOctet = LastOctet.TO_COME;
    /** Whether content was passed on that is not flushed yet. */
    private boolean contentAdded;

    /** How far the last octet of the message is. */
    private enum LastOctet {
        TO_COME,
        ADDED,
        FLUSHED,
        /** The kernel has it. */
        LEFT
    }

    /** Who is told what comes of it. */
    interface Listener {
        /** The handshake is over. */
        void ready();

        /** A reply has come; perhaps it is no answer yet, but that for one recipient of several. */
        void replied();

        void answered(Stage stage, Reply reply);

        /** The upstream takes the connection for that of the client now, or does without. */
        void xclientOver();

        /** Content can be passed on again. */
        void drained();

        /** The connection is of no more use; its socket is about to be closed. {@code reason} counts before it is ready. */
        void lost(Loss loss, Reason reason);

        /** The socket is closed. */
        void closed();

        /** What was due did not come in time. */
        void expired();
    }

    UpstreamDialogue(
            Listener listener, UpstreamPool pool, Destination destination, SmtpSocket socket, ConnectionPlan plan) {
        this.listener = listener;
        this.destination = destination;
        this.socket = socket;
        this.tlsOptions = plan.tlsOptions();
        this.session = new SenderSession(plan.handshake());
        this.meters = pool.meters();
        this.traffic = new Traffic(socket, meters);
        UpstreamSettings settings = pool.settings();
        this.name = settings.name();
        this.clock = new AnswerClock(pool.deadlines().create(listener::expired), settings.timeouts(), plan.until());
        this.method = settings.identity().method();
        expectLogin(plan.credentials());
    }

    /** @param credentials null for no login */
    private void expectLogin(LoginCredentials credentials) {
        login = credentials == null
                ? null
                : new UpstreamLogin(Vertx.currentContext(), session, credentials, method, this::advance);
    }

    void begin(ConnectionPlan plan) {
        socket.handler(this);
        arm();
        if (plan.header() != null) {
            socket.write(plan.header());
            socket.flush();
        }
        if (plan.tlsBehindHeader()) {
            shakeHands(this::arm);
        }
    }

    SenderSession session() {
        return session;
    }

    boolean lost() {
        return lost;
    }

    // What goes out

    /**
     * @param credentials what to log in with again, should that be needed; null for nothing
     * @return whether {@link Listener#xclientOver()} is to be waited for
     */
    boolean introduce(Introduction introduction, LoginCredentials credentials) {
        expectLogin(credentials);
        boolean waiting = session.awaiting() != null;
        boolean byXclient = session.introduce(introduction);
        if (!waiting) {
            arm();
        }
        return byXclient;
    }

    void send(Command command) {
        boolean waiting = session.awaiting() != null;
        session.send(command);
        if (!waiting) {
            arm();
        }
    }

    void beginChunk(Command.Bdat chunk) {
        socket.write(session.beginChunk(chunk));
    }

    void content(ByteBuf bytes) {
        contentAdded = true;
        socket.write(bytes);
    }

    /** One of several chunks: what is said of it early acknowledges no message. */
    void chunkEnded() {
        session.contentEnded();
        arm();
    }

    /** The reply counts from when the last octet has left: what is said before is no answer to the message. */
    void contentEnded() {
        contentAdded = true;
        lastOctet = LastOctet.ADDED;
    }

    /** Whether the last octet of the message has left, so that the upstream may have all of it. */
    boolean contentLeft() {
        return lastOctet == LastOctet.LEFT;
    }

    void flush() {
        pump();
    }

    private void contentFlushed() {
        contentAdded = false;
        if (lastOctet == LastOctet.ADDED) {
            lastOctet = LastOctet.FLUSHED;
            socket.flushed().onSuccess(left -> lastOctetLeft());
        }
        if (session.awaiting() == Stage.CONTENT) {
            arm();
        }
    }

    private void lastOctetLeft() {
        if (!lost) {
            lastOctet = LastOctet.LEFT;
            session.contentEnded();
            arm();
        }
    }

    boolean hasRoom() {
        return lost || socket.hasRoom();
    }

    /** Nothing is to come of it for this long. */
    void rest(Duration most) {
        login = null;
        clock.in(most);
    }

    void expireNever() {
        clock.clear();
    }

    /** Ends it without a word. */
    void drop(String why) {
        session.closed(Loss.Kind.RETIRED, why);
        pump();
    }

    /** Reads what has arrived though nothing was asked. */
    void look() {
        if (!socket.readNow()) {
            end(Loss.Kind.RST, "the connection broke");
        }
    }

    void end(Loss.Kind kind, String text) {
        session.closed(kind, text + (session.awaiting() == null ? "" : " while awaiting " + session.awaiting()));
        pump();
    }

    // Socket

    @Override
    public void readable() {
        for (ByteBuffer bytes = socket.next(); bytes != null && !lost; bytes = socket.next()) {
            // A part of a reply is none: whoever sends it octet by octet has no more time for it.
            if (session.receive(bytes)) {
                arm();
                listener.replied();
            }
            pump();
        }
        if (socket.inputEnded()) {
            end(Loss.Kind.FIN, "the upstream closed the connection");
        }
    }

    @Override
    public void drained() {
        if (session.awaiting() == Stage.CONTENT) {
            arm();
        }
        listener.drained();
    }

    @Override
    public void closed(SocketEnd end) {
        end(Closures.kind(end), "the connection broke");
        traffic.count();
        listener.closed();
    }

    /** Sets the deadline for what is due next: an answer, or room for more of the content. */
    private void arm() {
        Stage awaited = session.awaiting();
        if (awaited == Stage.CONTENT && (lastOctet == LastOctet.FLUSHED || !socket.hasRoom())) {
            clock.awaitRoom();
        } else {
            clock.await(awaited);
        }
    }

    /** Carries on what was put into the session. */
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
            LOG.error("upstream {}: the connection to {} failed", name, destination, fault);
            session.closed(Loss.Kind.RETIRED, "the gateway failed");
            perform();
        } finally {
            pumping = false;
        }
        if (contentAdded) {
            socket.flush();
            contentFlushed();
        } else {
            socket.flushSoon();
        }
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
        shakeHands(() -> {
            session.tlsStarted();
            advance();
        });
    }

    private void shakeHands(Runnable then) {
        clock.awaitTls();
        socket.startTls(tlsOptions, destination.serverName()).onComplete((done, failure) -> {
            if (failure == null) {
                then.run();
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
    public void loggedIn(SenderAction.LoggedIn action) {
        login.accepted();
        login = null;
        meters.loggedIn(AuthResult.ACCEPTED);
    }

    @Override
    public void ready(SenderAction.Ready action) {
        clock.handshakeDone();
        listener.ready();
    }

    @Override
    public void notIntroduced(SenderAction.NotIntroduced action) {
        meters.notIntroduced(action.stage(), action.refusal() != null);
    }

    @Override
    public void xclientOver(SenderAction.XclientOver action) {
        listener.xclientOver();
    }

    @Override
    public void answer(SenderAction.Answer action) {
        switch (action.stage()) {
            case MAIL -> login = null;
            case END_OF_DATA -> lastOctet = LastOctet.TO_COME;
            default -> {}
        }
        listener.answered(action.stage(), action.reply());
        traffic.count();
    }

    @Override
    public void lost(SenderAction.Lost action) {
        Loss loss = action.loss();
        lost = true;
        clock.clear();
        socket.flush();
        socket.abort();
        Reason reason = login == null ? Reason.UNREACHABLE : login.reason(loss);
        if (loss.kind() == Loss.Kind.AUTHENTICATION) {
            meters.loggedIn(reason == Reason.AUTHENTICATION ? AuthResult.REJECTED : AuthResult.UNAVAILABLE);
        }
        if (loss.kind() == Loss.Kind.INTRODUCTION) {
            meters.notIntroduced(Stage.XCLIENT, loss.reply() != null);
        }
        listener.lost(loss, reason);
    }
}
