package org.smtpgate.bench.jmh;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.smtpgate.smtp.BareNewline;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Limits;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Verb;
import org.smtpgate.smtp.receiver.OwedReply;
import org.smtpgate.smtp.receiver.ReceiverAction;
import org.smtpgate.smtp.receiver.ReceiverSession;
import org.smtpgate.smtp.receiver.ReceiverSettings;
import org.smtpgate.smtp.sender.Handshake;
import org.smtpgate.smtp.sender.SenderAction;
import org.smtpgate.smtp.sender.SenderSession;
import org.smtpgate.smtp.wire.ReplyWriter;

/**
 * A client's session and an upstream connection, tied to each other without a socket, a pool or a clock; the upstream says
 * yes to everything at once. What neither machine does in a plain transaction is a mistake here.
 */
final class DirectRelay implements ReceiverAction.Performer, SenderAction.Performer {
    private static final ByteBuffer GREETING = octets("220 mail.example.net ESMTP\r\n");
    private static final ByteBuffer EHLO =
            octets("250-mail.example.net\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250 8BITMIME\r\n");
    private static final ByteBuffer OK = octets("250 2.0.0 Ok\r\n");
    private static final ByteBuffer GO_AHEAD = octets("354 Go ahead\r\n");

    private final ReceiverSession client;
    private final SenderSession upstream = new SenderSession(Handshake.plain("gate.example.org"));
    private final Queue<OwedReply> owed = new ArrayDeque<>();
    private long written;

    DirectRelay() {
        ReceiverSettings settings = new ReceiverSettings(
                Limits.DEFAULTS,
                false,
                false,
                List::of,
                false,
                false,
                BareNewline.REJECT,
                () -> Capabilities.ASSUMED,
                Set.of());
        client = new ReceiverSession(settings, new Replies("gate.example.org", "bench"), false);
        upstream(GREETING);
        upstream(EHLO);
        client.greet();
        client(octets("EHLO client.example.org\r\n"));
    }

    /** Octets from the client; all of them are used, and all that follows from them is done. */
    void client(ByteBuffer octets) {
        client.receive(octets);
        pump();
        if (octets.hasRemaining()) {
            throw new IllegalStateException("the session stopped reading");
        }
    }

    /** How many octets were written so far, to either side. */
    long written() {
        return written;
    }

    private void upstream(ByteBuffer octets) {
        upstream.receive(octets.rewind());
        pump();
    }

    private void pump() {
        for (ReceiverAction action = client.poll(); action != null; action = client.poll()) {
            action.by(this);
        }
        for (SenderAction action = upstream.poll(); action != null; action = upstream.poll()) {
            action.by(this);
        }
    }

    @Override
    public void send(ReceiverAction.Send action) {
        written += ReplyWriter.write(action.reply()).length;
    }

    @Override
    public void beginMail(ReceiverAction.BeginMail action) {
        command(action.owed(), action.command(), OK);
    }

    @Override
    public void addRecipient(ReceiverAction.AddRecipient action) {
        command(action.owed(), action.command(), OK);
    }

    @Override
    public void beginContent(ReceiverAction.BeginContent action) {
        command(action.owed(), new Command.Plain(Verb.DATA), GO_AHEAD);
    }

    private void command(OwedReply reply, Command command, ByteBuffer answer) {
        owed.add(reply);
        upstream.send(command);
        upstream(answer);
    }

    @Override
    public void relayContent(ReceiverAction.RelayContent action) {
        written += action.length();
        if (action.owed() != null) {
            owed.add(action.owed());
            upstream.contentEnded();
            upstream(OK);
        }
    }

    @Override
    public void write(SenderAction.Write action) {
        written += action.bytes().length;
    }

    @Override
    public void answer(SenderAction.Answer action) {
        client.answered(owed.remove(), action.reply());
        pump();
    }

    @Override
    public void loggedIn(SenderAction.LoggedIn action) {
        throw new IllegalStateException("no login was asked for");
    }

    @Override
    public void ready(SenderAction.Ready action) {
        // The handshake is over.
    }

    @Override
    public void startTls(ReceiverAction.StartTls action) {
        throw unexpected(action);
    }

    @Override
    public void beginAuth(ReceiverAction.BeginAuth action) {
        throw unexpected(action);
    }

    @Override
    public void continueAuth(ReceiverAction.ContinueAuth action) {
        throw unexpected(action);
    }

    @Override
    public void cancelAuth(ReceiverAction.CancelAuth action) {
        throw unexpected(action);
    }

    @Override
    public void beginChunk(ReceiverAction.BeginChunk action) {
        throw unexpected(action);
    }

    @Override
    public void relayRewritten(ReceiverAction.RelayRewritten action) {
        throw unexpected(action);
    }

    @Override
    public void abortContent(ReceiverAction.AbortContent action) {
        throw unexpected(action);
    }

    @Override
    public void abortMail(ReceiverAction.AbortMail action) {
        throw unexpected(action);
    }

    @Override
    public void close(ReceiverAction.Close action) {
        throw unexpected(action);
    }

    @Override
    public void startTls(SenderAction.StartTls action) {
        throw unexpected(action);
    }

    @Override
    public void authenticate(SenderAction.Authenticate action) {
        throw unexpected(action);
    }

    @Override
    public void challenge(SenderAction.Challenge action) {
        throw unexpected(action);
    }

    @Override
    public void notIntroduced(SenderAction.NotIntroduced action) {
        throw unexpected(action);
    }

    @Override
    public void xclientOver(SenderAction.XclientOver action) {
        throw unexpected(action);
    }

    @Override
    public void lost(SenderAction.Lost action) {
        throw unexpected(action);
    }

    private static IllegalStateException unexpected(Object action) {
        return new IllegalStateException("a plain transaction has no " + action);
    }

    static ByteBuffer octets(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
