package org.smtpgate.proxy.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.auth.Origin;
import org.smtpgate.proxy.authn.AuthExchange;
import org.smtpgate.proxy.authn.AuthOutcome;
import org.smtpgate.proxy.metrics.How;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.net.SmtpSocket;
import org.smtpgate.proxy.net.SocketEnd;
import org.smtpgate.proxy.net.SocketHandler;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.relay.Relay;
import org.smtpgate.proxy.relay.RelayEvents;
import org.smtpgate.proxy.relay.TransactionReport;
import org.smtpgate.proxy.upstream.UpstreamSettings.OnUpstreamClose;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.receiver.AuthAnswer;
import org.smtpgate.smtp.receiver.OwedReply;
import org.smtpgate.smtp.receiver.ReceiverAction;
import org.smtpgate.smtp.receiver.ReceiverSession;
import org.smtpgate.smtp.wire.ReplyWriter;

/**
 * One client: carries bytes between its socket and its {@link ReceiverSession}, and does what the session wants done.
 * Decides nothing. Confined to its event loop.
 */
final class ClientConnection implements SocketHandler, ReceiverAction.Performer, RelayEvents {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private final Listener listener;
    private final ListenerSettings settings;
    private final SmtpSocket socket;
    private final String id = SessionId.next();
    private final Replies replies;
    private final ReceiverSession session;
    private final Relay relay;
    private final SessionJournal journal;
    private final Deadlines.Deadline deadline;
    private final ClientClock clock;
    private final Goodbye goodbye;
    private AuthExchange exchange;
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
                listener.sessionSettings(), replies, settings.tls().mode() == TlsMode.IMPLICIT);
        this.relay = new Relay(listener.pool(), replies, this);
        this.journal = new SessionJournal(listener, socket, id);
        this.deadline = listener.deadlines().create(this::expired);
        this.clock = new ClientClock(deadline, settings.timeouts());
        this.goodbye = new Goodbye(socket);
        socket.handler(this);
    }

    void begin() {
        session.greet();
        pump();
    }

    /** There are too many clients already. */
    void turnAway() {
        session.refuse(replies.tooManySessions());
        pump();
    }

    /** Ends when next idle. */
    void drain() {
        session.drain();
        pump();
    }

    /** Ends now. */
    void shutDown() {
        session.shutDown();
        pump();
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
        if (exchange != null) {
            exchange.cancel();
        }
        relay.close();
        journal.closed(end);
        listener.gone(this);
    }

    private void expired() {
        if (ending || !socket.hasRoom()) {
            // It had its last reply, or does not even read the earlier ones.
            journal.timedOut();
            socket.abort();
        } else {
            session.timedOut();
            pump();
        }
    }

    /** Moves bytes and actions on as far as they go. The only place where the session is polled. */
    private void pump() {
        if (pumping || ending || closed) {
            return;
        }
        pumping = true;
        boolean progress = false;
        try {
            journal.note(session, exchange != null);
            do {
                while (hasRoom()) {
                    ReceiverAction action = session.poll();
                    if (action == null) {
                        break;
                    }
                    action.by(this);
                    progress = true;
                }
            } while (feed());
        } catch (RuntimeException e) {
            failed(e);
        } finally {
            pumping = false;
        }
        relay.flush();
        if (ending) {
            goodbye.say();
        } else {
            socket.flush();
            socket.reading(session.wantsInput() && hasRoom());
            clock.await(awaited(), socket.octetsReceived(), progress);
        }
        journal.octets();
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
            return relay.hasRoom() ? ClientClock.Awaited.CONTENT : ClientClock.Awaited.CONTENT_LATER;
        }
        boolean itsTurn = session.wantsInput() && !session.owesReply();
        return itsTurn ? ClientClock.Awaited.COMMAND : ClientClock.Awaited.NOTHING;
    }

    private void failed(RuntimeException fault) {
        LOG.error("session {} failed", id, fault);
        relay.close();
        session.failed();
        try {
            for (ReceiverAction action = session.poll(); action != null; action = session.poll()) {
                action.by(this);
            }
        } catch (RuntimeException again) {
            LOG.error("session {} failed to end", id, again);
            socket.abort();
        }
    }

    // Actions

    @Override
    public void send(ReceiverAction.Send action) {
        reply(action.reply());
    }

    private void reply(Reply reply) {
        journal.told(reply);
        socket.write(ReplyWriter.write(reply));
    }

    @Override
    public void startTls(ReceiverAction.StartTls action) {
        journal.told(action.reply());
        socket.startTls(listener.tlsOptions(), ReplyWriter.write(action.reply()))
                .onComplete((done, failure) -> {
                    journal.tls(failure);
                    if (failure == null) {
                        session.tlsStarted();
                        pump();
                    }
                });
    }

    @Override
    public void beginAuth(ReceiverAction.BeginAuth action) {
        Origin origin = new Origin(settings.name(), socket.remoteAddress().host(), session.encrypted(), id);
        exchange = listener.authenticator()
                .begin(action.mechanism(), origin)
                .orElseThrow(() -> new IllegalStateException("a mechanism was offered that does not exist"));
        if (action.initial() == null) {
            authAnswered(exchange.prompt());
        } else {
            respond(action.initial());
        }
    }

    @Override
    public void continueAuth(ReceiverAction.ContinueAuth action) {
        respond(action.response());
    }

    private void respond(byte[] response) {
        exchange.respond(response).onSuccess(outcome -> {
            authAnswered(outcome);
            pump();
        });
    }

    private void authAnswered(AuthOutcome outcome) {
        AuthAnswer answer;
        if (outcome instanceof AuthOutcome.Challenge challenge) {
            answer = new AuthAnswer.Challenge(challenge.bytes());
        } else if (outcome instanceof AuthOutcome.Accepted accepted) {
            journal.loggedIn(accepted.identity());
            answer = new AuthAnswer.Accepted();
        } else if (outcome instanceof AuthOutcome.Malformed malformed) {
            answer = new AuthAnswer.Malformed(malformed.reason());
        } else if (outcome instanceof AuthOutcome.Rejected) {
            answer = new AuthAnswer.Rejected();
        } else {
            answer = new AuthAnswer.Unavailable();
        }
        if (!(answer instanceof AuthAnswer.Challenge)) {
            exchange = null;
        }
        session.authAnswered(answer);
    }

    @Override
    public void cancelAuth(ReceiverAction.CancelAuth action) {
        exchange.cancel();
        exchange = null;
    }

    @Override
    public void beginMail(ReceiverAction.BeginMail action) {
        relay.mail(action.command(), reply -> answered(action.owed(), reply));
    }

    @Override
    public void addRecipient(ReceiverAction.AddRecipient action) {
        relay.rcpt(action.command(), reply -> answered(action.owed(), reply));
    }

    @Override
    public void beginContent(ReceiverAction.BeginContent action) {
        relay.data(reply -> answered(action.owed(), reply));
    }

    @Override
    public void relayContent(ReceiverAction.RelayContent action) {
        relayContent(socket.slice(action.from(), action.length()), action.owed());
    }

    @Override
    public void relayRewritten(ReceiverAction.RelayRewritten action) {
        relayContent(Unpooled.wrappedBuffer(action.bytes()), action.owed());
    }

    private void relayContent(ByteBuf bytes, OwedReply owed) {
        relay.content(bytes);
        if (owed != null) {
            relay.contentEnded(reply -> answered(owed, reply));
        }
    }

    @Override
    public void abortContent(ReceiverAction.AbortContent action) {
        relay.abortContent();
    }

    @Override
    public void abortMail(ReceiverAction.AbortMail action) {
        relay.abort();
    }

    @Override
    public void close(ReceiverAction.Close action) {
        ending = true;
        journal.ends(action.end());
        relay.close();
        deadline.in(listener.linger());
    }

    // Relay

    private void answered(OwedReply owed, Reply reply) {
        if (!closed) {
            session.answered(owed, reply);
            pump();
        }
    }

    @Override
    public void transactionLost() {
        session.transactionLost();
    }

    @Override
    public void contentFailed(Reply reply) {
        session.contentFailed(reply);
        pump();
    }

    @Override
    public void roomAgain() {
        pump();
    }

    @Override
    public void keptConnectionClosed(How how) {
        OnUpstreamClose reaction = listener.pool().settings().onUpstreamClose();
        if (reaction != OnUpstreamClose.RECONNECT) {
            journal.upstreamClosed(how);
            session.upstreamClosed(reaction == OnUpstreamClose.SAY_221);
            pump();
        }
    }

    @Override
    public void keptConnectionIrreplaceable(How how) {
        journal.upstreamClosed(how);
        session.upstreamIrreplaceable();
        pump();
    }

    @Override
    public void transactionEnded(TransactionReport report) {
        journal.transaction(report);
    }
}
