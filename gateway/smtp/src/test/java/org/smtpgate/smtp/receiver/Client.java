package org.smtpgate.smtp.receiver;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.LegalReply;
import org.smtpgate.smtp.Octets;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;

/**
 * A client with its {@link ReceiverSession}, driven as the gateway drives it. Replies are noted as {@code "250 2.0.0 Ok"},
 * all else that the session wants done in parentheses; the upstream's replies are given by the test.
 */
final class Client implements ReceiverAction.Performer {
    private static final int ACTIONS_MAX = 100_000;

    final ReceiverSession session;
    private final List<String> seen = new ArrayList<>();
    /** Places whose replies the upstream owes, oldest first. */
    private final Deque<OwedReply> open = new ArrayDeque<>();

    private final Deque<ByteBuffer> wire = new ArrayDeque<>();
    private final StringBuilder content = new StringBuilder();
    private ByteBuffer given = ByteBuffer.allocate(0);
    private Upstream upstream = stage -> null;
    private Command.Mail mail;
    private Command.Rcpt rcpt;
    private boolean holdsChunks;
    private boolean closed;
    private int actions;

    /** What the upstream says by itself, as soon as it is asked. */
    @FunctionalInterface
    interface Upstream {
        /** Null to keep it waiting. */
        Reply replyTo(Stage stage);
    }

    Client(Settings settings) {
        this(settings, false);
    }

    Client(Settings settings, boolean encrypted) {
        session = new ReceiverSession(settings.build(), new Replies("gate", "id"), encrypted);
        session.greet();
        pump();
        seen.clear();
    }

    /** One that has said EHLO. */
    static Client greeted(Settings settings) {
        Client client = new Client(settings).says("EHLO c");
        client.seen();
        return client;
    }

    /** The upstream answers all, with success. */
    Client withWillingUpstream() {
        return withUpstream(stage -> new Reply(stage == Stage.DATA ? 354 : 250, List.of("yes")));
    }

    Client withUpstream(Upstream willing) {
        upstream = willing;
        return this;
    }

    /** The upstream is not ready for chunks before {@link ReceiverSession#chunkWelcome()} is called. */
    Client holdingChunks() {
        holdsChunks = true;
        return this;
    }

    // What happens

    /** Lines, in one piece. */
    Client says(String... lines) {
        return sends(String.join("\r\n", lines) + "\r\n");
    }

    Client sends(String bytes) {
        return sends(List.of(Octets.buffer(bytes)));
    }

    Client sends(List<ByteBuffer> pieces) {
        wire.addAll(pieces);
        return pump();
    }

    /** The upstream answers what it was asked first of all that is open. */
    Client upstreamSays(int... codes) {
        for (int code : codes) {
            upstreamKnows(code).pump();
        }
        return this;
    }

    /** The upstream answers, and the client's socket has no room, so that the reply stays with the session. */
    Client upstreamKnows(int code) {
        session.answered(open.remove(), new Reply(code, List.of("upstream")));
        return this;
    }

    Client pump() {
        do {
            for (ReceiverAction next = session.poll(); next != null; next = session.poll()) {
                if (++actions > ACTIONS_MAX) {
                    throw new AssertionError("no end of actions");
                }
                if (closed) {
                    throw new AssertionError(next + " after the end");
                }
                next.by(this);
            }
        } while (feed());
        return this;
    }

    private boolean feed() {
        if (wire.isEmpty() || !session.wantsInput()) {
            return false;
        }
        given = wire.remove();
        session.receive(given);
        return true;
    }

    // What was seen

    /** All since the last call. */
    List<String> seen() {
        flushContent("");
        List<String> all = List.copyOf(seen);
        seen.clear();
        return all;
    }

    /** The codes of the replies since the last call. */
    List<Integer> codes() {
        return seen().stream()
                .filter(entry -> !entry.startsWith("("))
                .map(entry -> Integer.valueOf(entry.substring(0, 3)))
                .toList();
    }

    /** What the upstream is asked first of all that is open. */
    Stage nextOpen() {
        return open.element().stage();
    }

    int open() {
        return open.size();
    }

    boolean closed() {
        return closed;
    }

    /** The last MAIL that was passed on. */
    Command.Mail mail() {
        return mail;
    }

    /** The last RCPT that was passed on. */
    Command.Rcpt rcpt() {
        return rcpt;
    }

    private void flushContent(String end) {
        if (!content.isEmpty() || !end.isEmpty()) {
            seen.add("(content" + end + ": "
                    + content.toString().replace("\r", "r").replace("\n", "n") + ")");
            content.setLength(0);
        }
    }

    private void note(String entry) {
        flushContent("");
        seen.add("(" + entry + ")");
    }

    private void ask(OwedReply owed) {
        Reply reply = upstream.replyTo(owed.stage());
        if (reply == null) {
            open.add(owed);
        } else {
            session.answered(owed, reply);
        }
    }

    // What is wanted

    @Override
    public void send(ReceiverAction.Send action) {
        LegalReply.check(action.reply());
        flushContent("");
        seen.add(action.reply().toString().replace(" [id]", ""));
    }

    @Override
    public void startTls(ReceiverAction.StartTls action) {
        send(new ReceiverAction.Send(action.reply()));
        note("TLS");
    }

    @Override
    public void beginAuth(ReceiverAction.BeginAuth action) {
        note("AUTH " + action.mechanism() + (action.initial() == null ? "" : " " + Octets.text(action.initial())));
    }

    @Override
    public void continueAuth(ReceiverAction.ContinueAuth action) {
        note("AUTH: " + Octets.text(action.response()));
    }

    @Override
    public void cancelAuth(ReceiverAction.CancelAuth action) {
        note("AUTH cancelled");
    }

    @Override
    public void beginMail(ReceiverAction.BeginMail action) {
        mail = action.command();
        note("MAIL " + action.command().from());
        ask(action.owed());
    }

    @Override
    public void addRecipient(ReceiverAction.AddRecipient action) {
        rcpt = action.command();
        note("RCPT " + action.command().to());
        ask(action.owed());
    }

    @Override
    public void beginContent(ReceiverAction.BeginContent action) {
        note("DATA");
        ask(action.owed());
    }

    @Override
    public void relayContent(ReceiverAction.RelayContent action) {
        relay(given.duplicate().limit(action.from() + action.length()).position(action.from()), action.owed());
    }

    @Override
    public void relayRewritten(ReceiverAction.RelayRewritten action) {
        relay(action.bytes(), action.owed());
    }

    private void relay(ByteBuffer bytes, OwedReply last) {
        content.append(Octets.text(bytes));
        if (last != null) {
            flushContent(last.stage() == Stage.BDAT ? " of a chunk" : " to its end");
            ask(last);
        }
    }

    @Override
    public void beginChunk(ReceiverAction.BeginChunk action) {
        note("BDAT " + action.command().size() + (action.command().last() ? " LAST" : ""));
        if (!holdsChunks) {
            session.chunkWelcome();
        }
    }

    /** What was relayed of a message that is given up is of no account, and depends on how its bytes were cut. */
    @Override
    public void abortContent(ReceiverAction.AbortContent action) {
        content.setLength(0);
        note("content given up");
    }

    @Override
    public void abortMail(ReceiverAction.AbortMail action) {
        note("mail given up");
    }

    @Override
    public void close(ReceiverAction.Close action) {
        note("closed: " + action.end());
        closed = true;
    }
}
