package org.smtpgate.smtp.contract;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Extension;
import org.smtpgate.smtp.Octets;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Stage.Meaning;
import org.smtpgate.smtp.Verb;
import org.smtpgate.smtp.receiver.OwedReply;
import org.smtpgate.smtp.receiver.ReceiverSession;
import org.smtpgate.smtp.sender.Handshake;
import org.smtpgate.smtp.sender.Loss;
import org.smtpgate.smtp.sender.SenderAction;
import org.smtpgate.smtp.sender.SenderSession;
import org.smtpgate.smtp.wire.DotStuffer;

/** The least relay that keeps the closure contract: one {@link SenderSession} at a time, and no second try. */
final class FakeRelay implements SenderAction.Performer {
    private enum Phase {
        ENVELOPE,
        CONTENT,
        FINAL,
        LOST,
        OVER
    }

    private record Pending(Command command, OwedReply owed) {}

    private final ReceiverSession client;
    private final BiConsumer<OwedReply, Reply> answers;
    private final Replies replies;
    private final Ledger ledger;
    private final MailServer.Kind kind;
    private final Deque<Pending> pending = new ArrayDeque<>();
    /** Chunks whose replies are owed. */
    private final Deque<OwedReply> chunks = new ArrayDeque<>();
    /** Of the message under way, when it comes in chunks and goes by DATA; else null. */
    private DotStuffer stuffer;
    /** The chunk under way; null in DATA. */
    private Command.Bdat chunk;

    private boolean chunkWaits;
    private Phase phase = Phase.OVER;
    private SenderSession session;
    private MailServer server;
    private boolean lost;
    private boolean ready;
    private OwedReply last;
    private int lossesAtTheEnd;

    FakeRelay(
            ReceiverSession client,
            BiConsumer<OwedReply, Reply> answers,
            Replies replies,
            Ledger ledger,
            MailServer.Kind kind) {
        this.client = client;
        this.answers = answers;
        this.replies = replies;
        this.ledger = ledger;
        this.kind = kind;
    }

    // The client's side

    void mail(OwedReply owed, Command command) {
        phase = Phase.ENVELOPE;
        stuffer = null;
        chunk = null;
        if (session == null || !session.reusable()) {
            session = new SenderSession(Handshake.plain("gate"));
            server = new MailServer(ledger, kind);
            lost = false;
            ready = false;
        }
        pass(owed, command);
    }

    void pass(OwedReply owed, Command command) {
        if (phase == Phase.LOST) {
            phase = Phase.OVER;
            client.transactionLost();
            answers.accept(owed, replies.upstreamLost());
        } else if (phase == Phase.OVER) {
            answers.accept(owed, replies.noTransaction());
        } else {
            pending.add(new Pending(command, owed));
            if (ready) {
                session.send(command);
                pump();
            }
        }
    }

    void data(OwedReply owed) {
        pass(owed, new Command.Plain(Verb.DATA));
    }

    void chunk(Command.Bdat command) {
        chunk = command;
        switch (phase) {
            case ENVELOPE -> firstChunk();
            case CONTENT -> nextChunk();
            case LOST -> {
                phase = Phase.OVER;
                client.transactionLost();
                client.contentFailed(replies.upstreamLost());
            }
            default -> client.contentFailed(replies.noTransaction());
        }
    }

    private void firstChunk() {
        if (session.capabilities().has(Extension.CHUNKING)) {
            phase = Phase.CONTENT;
            nextChunk();
        } else {
            stuffer = new DotStuffer();
            pass(null, new Command.Plain(Verb.DATA));
        }
    }

    private void nextChunk() {
        chunkWaits = stuffer == null && !session.takesChunk();
        if (chunkWaits) {
            return;
        }
        if (stuffer == null) {
            server.command(session.beginChunk(chunk));
        }
        client.chunkWelcome();
    }

    void content(ByteBuffer bytes, OwedReply end) {
        if (phase == Phase.CONTENT) {
            server.content(Octets.text(stuffer == null ? bytes : stuffer.stuff(bytes)));
            if (end != null) {
                contentEnded(end);
            }
        } else if (end != null) {
            answers.accept(end, replies.upstreamLost());
        }
    }

    private void contentEnded(OwedReply end) {
        boolean more = chunk != null && !chunk.last();
        if (more && stuffer != null) {
            answers.accept(end, replies.chunkTaken(chunk.size()));
            return;
        }
        if (stuffer != null) {
            server.content(Octets.text(stuffer.end()));
        }
        session.contentEnded();
        if (more) {
            chunks.add(end);
        } else {
            phase = Phase.FINAL;
            last = end;
        }
    }

    /** The content is not valid. */
    void giveUp(Reply why) {
        List<OwedReply> all = takeChunks();
        abandon();
        all.forEach(owed -> answers.accept(owed, why));
    }

    private List<OwedReply> takeChunks() {
        List<OwedReply> all = new ArrayList<>(chunks);
        chunks.clear();
        return all;
    }

    void abandon() {
        boolean clean = phase == Phase.OVER && session != null && session.reusable();
        if (!clean) {
            drop();
        }
        phase = Phase.OVER;
        pending.clear();
        chunks.clear();
        last = null;
    }

    private void drop() {
        if (session != null) {
            lost = true;
            session = null;
            server = null;
        }
    }

    // The upstream's side

    void upstreamAnswers() {
        if (server != null && server.owesAnything()) {
            upstreamSays(server.rightAnswer());
        }
    }

    void upstreamSays(String wire) {
        if (server != null) {
            session.receive(Octets.buffer(server.says(wire)));
            pump();
        }
    }

    void upstreamCloses(Loss.Kind kind) {
        if (session != null) {
            session.closed(kind, "by the test");
            pump();
        }
    }

    /** Whether a reply of the client's depends on the upstream. */
    boolean owesAnything() {
        return !pending.isEmpty() || !chunks.isEmpty() || last != null;
    }

    int lossesAtTheEnd() {
        return lossesAtTheEnd;
    }

    private void pump() {
        SenderSession polled = session;
        for (SenderAction next = polled.poll(); next != null; next = polled.poll()) {
            ledger.check(polled != session || !lost, "%s after the loss", next);
            next.by(this);
        }
    }

    @Override
    public void write(SenderAction.Write action) {
        if (server != null) {
            server.command(action.bytes());
        }
    }

    @Override
    public void startTls(SenderAction.StartTls action) {
        throw new AssertionError("no TLS in this handshake");
    }

    @Override
    public void authenticate(SenderAction.Authenticate action) {
        throw new AssertionError("no login was asked for");
    }

    @Override
    public void challenge(SenderAction.Challenge action) {
        throw new AssertionError("no login was asked for");
    }

    @Override
    public void loggedIn(SenderAction.LoggedIn action) {
        throw new AssertionError("no login was asked for");
    }

    @Override
    public void notIntroduced(SenderAction.NotIntroduced action) {
        throw new AssertionError("no introduction was asked for");
    }

    @Override
    public void xclientOver(SenderAction.XclientOver action) {
        throw new AssertionError("no introduction was asked for");
    }

    @Override
    public void ready(SenderAction.Ready action) {
        ready = true;
        List.copyOf(pending).forEach(command -> session.send(command.command()));
    }

    @Override
    public void answer(SenderAction.Answer action) {
        boolean done = action.stage().meaningOf(action.reply()) == Meaning.DONE;
        if (action.stage() == Stage.END_OF_DATA) {
            phase = Phase.OVER;
            OwedReply owed = last;
            last = null;
            if (owed != null) {
                answers.accept(owed, action.reply());
            }
        } else if (action.stage() == Stage.BDAT) {
            chunkAnswered(action.reply(), done);
        } else if (!pending.isEmpty()) {
            Pending command = pending.remove();
            phase = action.stage() == Stage.DATA && done ? Phase.CONTENT : phase;
            answer(command, action.reply());
        }
    }

    private void answer(Pending command, Reply reply) {
        if (command.owed() != null) {
            answers.accept(command.owed(), reply);
        } else if (phase == Phase.CONTENT) {
            client.chunkWelcome();
        } else {
            abandon();
            client.contentFailed(reply);
        }
    }

    private void chunkAnswered(Reply reply, boolean done) {
        if (chunks.isEmpty()) {
            return;
        }
        if (done) {
            answers.accept(chunks.remove(), reply);
            if (chunkWaits && phase == Phase.CONTENT) {
                nextChunk();
            }
            return;
        }
        List<OwedReply> all = takeChunks();
        if (last != null) {
            all.add(last);
        }
        abandon();
        client.contentFailed(reply);
        all.forEach(owed -> answers.accept(owed, reply));
    }

    @Override
    public void lost(SenderAction.Lost action) {
        lost = true;
        session = null;
        server = null;
        switch (phase) {
            case OVER, LOST -> {}
            case FINAL -> {
                lossesAtTheEnd++;
                phase = Phase.OVER;
                OwedReply owed = last;
                last = null;
                takeChunks().forEach(earlier -> answers.accept(earlier, replies.upstreamLost()));
                answers.accept(owed, replies.notConfirmed());
            }
            case CONTENT -> {
                phase = Phase.OVER;
                boolean early = action.loss().kind() == Loss.Kind.EARLY_REPLY;
                client.contentFailed(early ? action.loss().reply() : replies.upstreamLost());
                takeChunks().forEach(earlier -> answers.accept(earlier, replies.upstreamLost()));
            }
            case ENVELOPE -> failEnvelope();
        }
    }

    private void failEnvelope() {
        if (pending.isEmpty()) {
            phase = Phase.LOST;
            return;
        }
        phase = Phase.OVER;
        List<Pending> all = new ArrayList<>(pending);
        pending.clear();
        client.transactionLost();
        Reply next = replies.upstreamLost();
        for (Pending command : all) {
            answer(command, next);
            next = replies.noTransaction();
        }
    }
}
