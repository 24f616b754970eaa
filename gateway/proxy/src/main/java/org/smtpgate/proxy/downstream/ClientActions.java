package org.smtpgate.proxy.downstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.smtpgate.auth.Origin;
import org.smtpgate.proxy.authn.AuthOutcome;
import org.smtpgate.proxy.net.SmtpSocket;
import org.smtpgate.proxy.relay.Relay;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.receiver.OwedReply;
import org.smtpgate.smtp.receiver.ReceiverAction;
import org.smtpgate.smtp.receiver.ReceiverSession;
import org.smtpgate.smtp.wire.ReplyWriter;

/**
 * Does what a client's session wants done: replies to its socket, logins to the authenticator, mail to the relay. Confined
 * to its event loop.
 */
final class ClientActions implements ReceiverAction.Performer {
    private final ClientConnection client;
    private final Listener listener;
    private final SmtpSocket socket;
    private final ReceiverSession session;
    private final Relay relay;
    private final ClientProfile profile;
    private final SessionJournal journal;
    private final String id;
    private final Authentication authentication;
    private boolean passedOn;

    ClientActions(
            ClientConnection client,
            Listener listener,
            SmtpSocket socket,
            ReceiverSession session,
            Relay relay,
            ClientProfile profile,
            SessionJournal journal,
            String id) {
        this.client = client;
        this.listener = listener;
        this.socket = socket;
        this.session = session;
        this.relay = relay;
        this.profile = profile;
        this.journal = journal;
        this.id = id;
        this.authentication =
                new Authentication(listener.authenticator(), new UpstreamJudge(relay, profile), this::authAnswered);
    }

    /** Whether a command was passed on to an upstream since this was last asked. */
    boolean takePassedOn() {
        boolean since = passedOn;
        passedOn = false;
        return since;
    }

    // Replies

    @Override
    public void send(ReceiverAction.Send action) {
        journal.told(action.reply());
        socket.write(ReplyWriter.write(action.reply()));
    }

    @Override
    public void startTls(ReceiverAction.StartTls action) {
        journal.told(action.reply());
        byte[] reply = ReplyWriter.write(action.reply());
        client.handshake(socket.startTls(listener.tlsOptions(), reply), this::tlsStarted);
    }

    private void tlsStarted() {
        profile.loggedOut();
        session.tlsStarted();
    }

    @Override
    public void close(ReceiverAction.Close action) {
        client.ends(action.end());
    }

    // Logins

    @Override
    public void beginAuth(ReceiverAction.BeginAuth action) {
        Origin origin = profile.nextLogin(listener.settings().name());
        authentication.begin(action.mechanism(), action.initial(), origin, profile.bindings());
    }

    @Override
    public void continueAuth(ReceiverAction.ContinueAuth action) {
        authentication.respond(action.response());
    }

    @Override
    public void cancelAuth(ReceiverAction.CancelAuth action) {
        authentication.cancel();
    }

    boolean authenticating() {
        return authentication.underWay();
    }

    void cancelAuthentication() {
        authentication.cancel();
    }

    private void authAnswered(AuthOutcome outcome) {
        if (outcome instanceof AuthOutcome.Accepted accepted) {
            boolean neededAgain = listener.route().needsCredentials();
            profile.loggedIn(accepted.identity(), neededAgain ? authentication.presented() : null);
        }
        client.guarded(() -> session.authAnswered(Authentication.inWordsOfSmtp(outcome)));
    }

    // Mail

    @Override
    public void beginMail(ReceiverAction.BeginMail action) {
        passedOn = true;
        relay.mail(action.command(), reply -> answered(action.owed(), reply));
    }

    @Override
    public void addRecipient(ReceiverAction.AddRecipient action) {
        passedOn = true;
        relay.rcpt(action.command(), reply -> answered(action.owed(), reply));
    }

    @Override
    public void beginContent(ReceiverAction.BeginContent action) {
        relay.data(reply -> answered(action.owed(), reply));
    }

    @Override
    public void beginChunk(ReceiverAction.BeginChunk action) {
        relay.chunk(action.command(), () -> client.guarded(session::chunkWelcome));
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
        relay.abortContent(action.why());
    }

    @Override
    public void abortMail(ReceiverAction.AbortMail action) {
        relay.abort();
    }

    private void answered(OwedReply owed, Reply reply) {
        client.guarded(() -> session.answered(owed, reply));
    }
}
