package org.smtpgate.smtp.contract;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.smtpgate.smtp.BareNewline;
import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.LegalReply;
import org.smtpgate.smtp.Octets;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.contract.Step.Line;
import org.smtpgate.smtp.receiver.OwedReply;
import org.smtpgate.smtp.receiver.ReceiverAction;
import org.smtpgate.smtp.receiver.ReceiverSession;
import org.smtpgate.smtp.receiver.Settings;

/** A client, a gateway and its upstreams, without sockets: does each step and holds it to the closure contract. */
final class World implements ReceiverAction.Performer {

    /**
     * What is decided before the first step.
     *
     * @param sizes of the pieces in which the client's bytes arrive
     */
    record Setting(List<Integer> sizes, BareNewline bareNewline, MailServer.Kind upstream, boolean closesWith221) {}

    private static final int STEPS_TO_REST_MAX = 100;

    private final Setting setting;
    private final Ledger ledger;
    private final MailClient client;
    private final ReceiverSession session;
    private final FakeRelay relay;
    private final Deque<ByteBuffer> wire = new ArrayDeque<>();
    private ByteBuffer given = ByteBuffer.allocate(0);
    private boolean inputEnds;
    private boolean inputEndTold;
    private boolean room = true;
    private boolean pumping;
    private boolean closed;

    World(Setting setting) {
        this.setting = setting;
        Settings settings = new Settings();
        settings.bareNewline = setting.bareNewline();
        settings.message = 120;
        settings.discard = 400;
        settings.errors = 5;
        settings.recipients = 4;
        settings.repliesOwed = 6;
        settings.closeWith221 = setting.closesWith221() ? EnumSet.allOf(Ending.class) : Set.of();
        Replies replies = new Replies("gate", "id");
        ledger = new Ledger(setting.bareNewline() == BareNewline.REJECT);
        client = new MailClient(ledger);
        session = new ReceiverSession(settings.build(), replies, false);
        relay = new FakeRelay(session, this::answered, replies, ledger, setting.upstream());
        session.greet();
        send(client.group(List.of(Line.EHLO)));
        pump();
    }

    // Steps

    void take(Step step) {
        if (step instanceof Step.Group group) {
            send(client.group(group.lines()));
        } else if (step instanceof Step.Content content) {
            send(client.content(String.join("", content.parts()), content.toItsEnd(), content.behind()));
        } else if (step instanceof Step.Chunk chunk) {
            send(client.chunk(chunk.part(), chunk.last(), chunk.behind()));
        } else if (step instanceof Step.UpstreamAnswers answers) {
            for (int i = 0; i < answers.times(); i++) {
                relay.upstreamAnswers();
            }
        } else if (step instanceof Step.UpstreamSays says) {
            relay.upstreamSays(says.wire());
        } else if (step instanceof Step.UpstreamCloses closes) {
            relay.upstreamCloses(closes.kind());
        } else if (step instanceof Step.Strikes strikes) {
            strike(strikes.blow());
        } else if (step instanceof Step.HalfClose) {
            client.halfCloses();
            inputEnds = true;
        } else if (step instanceof Step.Room change) {
            room = change.open();
        }
        pump();
        checkProgress();
    }

    private void strike(Step.Blow blow) {
        switch (blow) {
            case TIMEOUT -> session.timedOut();
            case SHUTDOWN -> session.shutDown();
            case FAULT -> session.failed();
            case DRAIN -> session.drain();
        }
    }

    /** Whatever has happened, the session can be brought to its end: by QUIT, by the client's going, or by force. */
    void finish(boolean byForce) {
        take(new Step.Room(true));
        for (int i = 0; i < STEPS_TO_REST_MAX && !closed && relay.owesAnything(); i++) {
            take(new Step.UpstreamAnswers(1));
        }
        if (byForce) {
            take(new Step.Strikes(Step.Blow.SHUTDOWN));
        } else if (client.mayCommand()) {
            take(new Step.Group(List.of(Line.QUIT)));
        } else if (!closed) {
            take(new Step.HalfClose());
        }
        ledger.check(closed, "the session did not end");
        ledger.check(client.hadItsLastReply(), "the session ended without a last reply");
        ledger.check(session.poll() == null, "an action after the end");
    }

    int accepted() {
        return ledger.accepted();
    }

    int acceptedInChunks() {
        return ledger.acceptedInChunks();
    }

    int lossesAtTheEnd() {
        return relay.lossesAtTheEnd();
    }

    /** Invariants 2 and 3: with nothing outstanding upstream, every command has its reply; and QUIT never waits. */
    private void checkProgress() {
        if (room && !closed) {
            ledger.check(relay.owesAnything() || !client.awaitsAnything(), "a command was left unanswered");
            ledger.check(!client.awaitsGoodbye(), "QUIT was left unanswered");
        }
    }

    // The driver

    private void send(String bytes) {
        wire.addAll(Octets.cut(Octets.of(bytes), setting.sizes()));
    }

    private void answered(OwedReply owed, Reply reply) {
        session.answered(owed, reply);
        pump();
    }

    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        do {
            for (ReceiverAction next = room ? session.poll() : null; next != null; next = session.poll()) {
                ledger.check(!closed, "%s after the end", next);
                next.by(this);
            }
        } while (feed());
        pumping = false;
    }

    private boolean feed() {
        if (closed || !room || !session.wantsInput()) {
            return false;
        }
        if (!wire.isEmpty()) {
            given = wire.remove();
            session.receive(given);
            return true;
        }
        if (inputEnds && !inputEndTold) {
            inputEndTold = true;
            session.inputEnded();
            return true;
        }
        return false;
    }

    // What is wanted

    @Override
    public void send(ReceiverAction.Send action) {
        LegalReply.check(action.reply());
        client.reads(action.reply());
    }

    @Override
    public void beginMail(ReceiverAction.BeginMail action) {
        relay.mail(action.owed(), action.command());
    }

    @Override
    public void addRecipient(ReceiverAction.AddRecipient action) {
        relay.pass(action.owed(), action.command());
    }

    @Override
    public void beginContent(ReceiverAction.BeginContent action) {
        relay.data(action.owed());
    }

    @Override
    public void beginChunk(ReceiverAction.BeginChunk action) {
        relay.chunk(action.command());
    }

    @Override
    public void relayContent(ReceiverAction.RelayContent action) {
        relay.content(given.duplicate().limit(action.from() + action.length()).position(action.from()), action.owed());
    }

    @Override
    public void relayRewritten(ReceiverAction.RelayRewritten action) {
        relay.content(action.bytes(), action.owed());
    }

    @Override
    public void abortContent(ReceiverAction.AbortContent action) {
        relay.giveUp(action.why());
    }

    @Override
    public void abortMail(ReceiverAction.AbortMail action) {
        relay.abandon();
    }

    @Override
    public void close(ReceiverAction.Close action) {
        closed = true;
        relay.abandon();
    }

    @Override
    public void startTls(ReceiverAction.StartTls action) {
        throw new AssertionError("STARTTLS is not offered");
    }

    @Override
    public void beginAuth(ReceiverAction.BeginAuth action) {
        throw new AssertionError("AUTH is not offered");
    }

    @Override
    public void continueAuth(ReceiverAction.ContinueAuth action) {
        throw new AssertionError("AUTH is not offered");
    }

    @Override
    public void cancelAuth(ReceiverAction.CancelAuth action) {
        throw new AssertionError("AUTH is not offered");
    }
}
