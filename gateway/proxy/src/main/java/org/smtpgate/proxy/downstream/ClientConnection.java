package org.smtpgate.proxy.downstream;

import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.metrics.How;
import org.smtpgate.proxy.metrics.TransactionReport;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.net.SmtpSocket;
import org.smtpgate.proxy.net.SocketEnd;
import org.smtpgate.proxy.net.SocketHandler;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.relay.Relay;
import org.smtpgate.proxy.relay.RelayEvents;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.receiver.ReceiverAction;
import org.smtpgate.smtp.receiver.ReceiverSession;
import org.smtpgate.smtp.receiver.SessionEnd;

/**
 * One client: carries bytes between its socket and its {@link ReceiverSession}, and lets {@link ClientActions} do what the
 * session wants done. Decides nothing. Confined to its event loop.
 */
final class ClientConnection implements SocketHandler, RelayEvents {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private final Listener listener;
    private final ListenerSettings settings;
    private final SmtpSocket socket;
    private final String id = SessionId.next();
    private final Replies replies;
    private final ReceiverSession session;
    private final ClientProfile profile;
    private final Relay relay;
    private final SessionJournal journal;
    private final Deadlines.Deadline deadline;
    private final ClientClock clock;
    private final Goodbye goodbye;
    private final ClientActions actions;
    private boolean admitted;
    private boolean shaking;
    private boolean pumping;
    private boolean inputEndTold;
    private boolean ending;
    private boolean closed;

    ClientConnection(Listener listener, SmtpSocket socket) {
        this.listener = listener;
        this.settings = listener.settings();
        this.socket = socket;
        this.replies = new Replies(settings.hostname(), id);
        this.session = new ReceiverSession(
                listener.sessionSettings(this::principal, this::mechanisms),
                replies,
                settings.tls().mode() == TlsMode.IMPLICIT);
        this.profile = new ClientProfile(
                id, socket, session, settings.hostname(), settings.tls().asksForCertificate());
        this.relay = listener.route().relay(replies, this, this::principal, profile::traceHeader);
        this.journal = new SessionJournal(listener, socket, id, profile);
        this.deadline = listener.deadlines().create(this::expired);
        this.clock =
                new ClientClock(deadline, settings.timeouts(), listener.route().longestWait());
        this.goodbye = new Goodbye(socket);
        this.actions = new ClientActions(this, listener, socket, session, relay, profile, journal, id);
        socket.handler(this);
    }

    private List<String> mechanisms() {
        return profile.mechanisms(listener.authenticator());
    }

    private Principal principal() {
        return profile.principal();
    }

    /** The client may stay. */
    void admitted() {
        admitted = true;
        secured(session::greet);
    }

    /** There are too many clients already. */
    void turnAway() {
        secured(() -> session.refuse(replies.tooManySessions()));
    }

    /** There are too many even to say so. */
    void drop() {
        socket.abort();
    }

    /** With implicit TLS nothing is said before the handshake. */
    private void secured(Runnable then) {
        if (settings.tls().mode() == TlsMode.IMPLICIT) {
            handshake(socket.startTls(listener.tlsOptions()), then);
        } else {
            guarded(then);
        }
    }

    /** Waits for a handshake of TLS that was begun; after one that fails the socket closes by itself. */
    void handshake(Future<Void> handshake, Runnable then) {
        shaking = true;
        handshake.onComplete((done, failure) -> {
            shaking = false;
            journal.tls(failure);
            if (failure == null) {
                guarded(then);
            }
        });
    }

    /** Ends when next idle. */
    void drain() {
        guarded(session::drain);
    }

    /** Ends now. */
    void shutDown() {
        if (shaking) {
            socket.abort();
        } else {
            guarded(session::shutDown);
        }
    }

    // Socket

    @Override
    public void readable() {
        if (ending) {
            goodbye.readable();
        } else {
            pump();
        }
    }

    @Override
    public void drained() {
        pump();
    }

    @Override
    public void closed(SocketEnd end) {
        closed = true;
        deadline.clear();
        try {
            actions.cancelAuthentication();
            relay.close();
            journal.closed(end);
        } finally {
            profile.forgetSecrets();
            listener.gone(this, admitted);
        }
    }

    private void expired() {
        if (ending || !socket.hasRoom()) {
            // It had its last reply, or does not even read the earlier ones.
            journal.timedOut();
            socket.abort();
        } else if (clock.clientWaits()) {
            failed(new IllegalStateException("no answer came for what the client waits for"));
        } else {
            guarded(session::timedOut);
        }
    }

    /** Whatever comes from outside goes through here: a fault must not leave a client waiting for ever. */
    void guarded(Runnable step) {
        if (closed) {
            return;
        }
        try {
            step.run();
        } catch (RuntimeException fault) {
            if (pumping) {
                throw fault;
            }
            failed(fault);
        }
        pump();
    }

    /** Moves bytes and actions on as far as they go. The only place where the session is polled. */
    private void pump() {
        if (pumping || ending || closed) {
            return;
        }
        pumping = true;
        boolean progress = false;
        try {
            do {
                while (hasRoom()) {
                    ReceiverAction action = session.poll();
                    if (action == null) {
                        break;
                    }
                    action.by(actions);
                    progress = true;
                }
            } while (feed());
        } catch (RuntimeException e) {
            end(e);
        } finally {
            pumping = false;
        }
        relay.flush();
        if (ending) {
            goodbye.say();
        } else {
            socket.flushSoon();
            read();
            boolean passedOn = actions.takePassedOn();
            // What passes nothing on does not keep an upstream connection any longer.
            clock.await(awaited(), socket.octetsReceived(), session.inTransaction() ? passedOn : progress);
            journal.note(session, actions.authenticating());
        }
        journal.octets();
    }

    private void read() {
        if (session.wantsInput() && hasRoom()) {
            socket.reading(true);
        } else if (session.inContent()) {
            socket.reading(false);
        } else {
            socket.readingEnough();
        }
    }

    private boolean feed() {
        if (ending || !session.wantsInput() || !hasRoom()) {
            return false;
        }
        ByteBuffer bytes = socket.next();
        if (bytes != null) {
            session.receive(bytes);
            return true;
        }
        if (socket.inputEnded() && !inputEndTold) {
            inputEndTold = true;
            session.inputEnded();
            return true;
        }
        return false;
    }

    private boolean hasRoom() {
        return socket.hasRoom() && relay.hasRoom();
    }

    private ClientClock.Awaited awaited() {
        if (!socket.hasRoom()) {
            return ClientClock.Awaited.ROOM;
        }
        if (session.inContent()) {
            boolean itsTurn = relay.hasRoom() && session.awaitsContent();
            return itsTurn ? ClientClock.Awaited.CONTENT : ClientClock.Awaited.CONTENT_LATER;
        }
        boolean itsTurn = session.wantsInput() && !session.owesReply();
        return itsTurn ? ClientClock.Awaited.COMMAND : ClientClock.Awaited.NOTHING;
    }

    @Override
    public void failed(RuntimeException fault) {
        if (!ending && !closed) {
            end(fault);
            goodbye.say();
        }
    }

    private void end(RuntimeException fault) {
        LOG.error("session {} failed", id, fault);
        relay.close();
        session.failed();
        try {
            for (ReceiverAction action = session.poll(); action != null; action = session.poll()) {
                action.by(actions);
            }
        } catch (RuntimeException again) {
            LOG.error("session {} failed to end", id, again);
            socket.abort();
        }
    }

    /** All replies have been given: nothing but the goodbye is left. */
    void ends(SessionEnd why) {
        ending = true;
        journal.ends(why);
        relay.close();
        deadline.in(listener.linger());
    }

    // Relay

    @Override
    public void transactionLost() {
        session.transactionLost();
    }

    @Override
    public void contentFailed(Reply reply) {
        guarded(() -> session.contentFailed(reply));
    }

    @Override
    public void upstreamReplied() {
        if (!ending && !closed) {
            clock.upstreamReplied();
        }
    }

    @Override
    public void roomAgain() {
        pump();
    }

    @Override
    public void keptConnectionClosed(How how, boolean politely) {
        journal.upstreamClosed(how);
        guarded(() -> session.upstreamClosed(politely));
    }

    @Override
    public void keptConnectionIrreplaceable(How how) {
        journal.upstreamClosed(how);
        guarded(session::upstreamIrreplaceable);
    }

    @Override
    public void transactionEnded(TransactionReport report) {
        journal.transaction(report);
    }
}
