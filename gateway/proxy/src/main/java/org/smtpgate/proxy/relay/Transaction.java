package org.smtpgate.proxy.relay;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.smtpgate.proxy.metrics.Outcome;
import org.smtpgate.proxy.routing.RouteChoice;
import org.smtpgate.proxy.upstream.Lessee;
import org.smtpgate.proxy.upstream.UpstreamConnection;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Extension;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Stage.Meaning;
import org.smtpgate.smtp.sender.Loss;

/**
 * One mail: leases an upstream at MAIL, or at the first RCPT where its route depends on that, passes commands on and
 * answers back, leaves the content to its {@link Delivery}, and ends by giving the lease back or closing it.
 *
 * <p>Before the content nothing is final: if its connection is lost, a transaction can go on elsewhere, by its
 * {@link Approach}.
 */
final class Transaction implements Lessee, Approach.Goal {

    /** How far it is. */
    private enum Phase {
        /** MAIL was given; where it goes depends on the recipients. */
        UNROUTED,
        /** Commands wait for a connection. */
        APPROACH,
        /** Commands are passed on as they come. */
        ENVELOPE,
        /** The content, and what becomes of it. */
        DELIVERY,
        /** The upstream was lost, and nobody has been told. */
        LOST,
        OVER
    }

    private final Relay relay;
    private final Replies replies;
    private final RelayEvents events;
    private final Command.Mail mail;
    private final RouteChoice route;
    private final TransactionJournal journal;

    private Phase phase = Phase.UNROUTED;
    private Envelope envelope;
    private ContentPipe content = ContentPipe.withoutHeader();
    private Tenancy tenancy;
    private Approach approach;
    private UpstreamConnection connection;
    private Chunks chunks;
    private Delivery delivery;

    Transaction(Relay relay, Replies replies, RelayEvents events, Command.Mail mail, RouteChoice route) {
        this.relay = relay;
        this.replies = replies;
        this.events = events;
        this.mail = mail;
        this.route = route;
        this.envelope = new Envelope(mail);
        this.chunks = new Chunks(content, replies);
        this.journal = new TransactionJournal(replies);
    }

    // The client's side

    /** If the route depends on recipients, the client is told that its sender is welcome; the upstream may deny it later. */
    void begin(Consumer<Reply> answer) {
        Optional<String> settled = route.upstream();
        if (settled.isPresent()) {
            lead(settled.get());
            envelope.mail(answer);
            approach();
        } else {
            answer.accept(journal.told(replies.senderWelcome()));
        }
    }

    /** No upstream is asked: this is the answer to MAIL, and whatever comes behind it has no transaction. */
    void refuse(Reply reply, Consumer<Reply> answer) {
        journal.told(reply);
        over(TransactionJournal.outcomeOf(reply));
        answer.accept(reply);
    }

    void rcpt(Command.Rcpt command, Consumer<Reply> answer) {
        Envelope.Question question = Envelope.rcpt(command, answer);
        String upstream = route.upstream(command.to());
        if (phase == Phase.UNROUTED) {
            lead(upstream);
            envelope.welcome();
            envelope.ask(question);
            approach();
        } else if (phase != Phase.OVER && !tenancy.name().equals(upstream)) {
            answer.accept(journal.told(replies.recipientElsewhere()));
        } else {
            pass(question);
        }
    }

    /** It goes to this upstream, with what that is to be told beside. */
    private void lead(String upstream) {
        tenancy = relay.at(upstream);
        journal.leadsTo(upstream);
        content = tenancy.content(mail);
        chunks = new Chunks(content, replies);
        envelope = new Envelope(content.announced(mail));
    }

    void data(Consumer<Reply> answer) {
        pass(Envelope.data(answer));
    }

    private void pass(Envelope.Question question) {
        if (phase == Phase.OVER) {
            question.answer().accept(replies.noTransaction());
        } else if (phase == Phase.ENVELOPE && approach.objectionTo(question.command(), connection) != null) {
            object(question);
        } else {
            envelope.ask(question);
            switch (phase) {
                case ENVELOPE -> connection.send(question.command());
                case LOST -> approachAgain();
                default -> {}
            }
        }
    }

    /**
     * A chunk of content begins; all commands before it are answered.
     *
     * @param welcome run when its octets may come; else {@link RelayEvents#contentFailed} is told
     */
    void chunk(Command.Bdat command, Runnable welcome) {
        chunks.begin(command, welcome);
        switch (phase) {
            case UNROUTED, APPROACH -> {}
            case ENVELOPE -> firstChunk();
            case DELIVERY -> chunks.goOn();
            case LOST -> approachAgain();
            case OVER -> refuseChunk(replies.noTransaction());
        }
    }

    private void firstChunk() {
        if (connection.capabilities().has(Extension.CHUNKING)) {
            deliver();
            chunks.goOn();
        } else {
            content.stuff();
            pass(Envelope.data(this::dataAnswered));
        }
    }

    /** The client, which said BDAT, is told nothing but the reply to its chunk. */
    private void dataAnswered(Reply reply) {
        if (phase == Phase.DELIVERY) {
            chunks.goOn();
            return;
        }
        if (phase == Phase.ENVELOPE) {
            overAndGiveBack(TransactionJournal.outcomeOf(reply));
        }
        refuseChunk(reply);
    }

    private void refuseChunk(Reply reply) {
        chunks.refused();
        events.contentFailed(reply);
    }

    private void deliver() {
        phase = Phase.DELIVERY;
        content.begin(connection);
        delivery = new Delivery(tenancy, replies, events, journal, content, chunks, connection, this::over);
        connection.lentTo(delivery);
    }

    void content(ByteBuf bytes) {
        delivery.content(bytes);
    }

    /** All of the content was passed on, or all of a chunk. */
    void contentEnded(Consumer<Reply> answer) {
        delivery.contentEnded(answer);
    }

    /** The content is not valid, or its end will never come; chunks without an answer get this one. */
    void giveUp(Reply why) {
        if (delivery != null) {
            delivery.giveUp(why);
        } else {
            abandon("the content was given up");
        }
    }

    /** The client ended the transaction, and stays. */
    void reset() {
        if (delivery != null) {
            delivery.reset();
        } else {
            abandon("the client reset");
        }
    }

    /** The client wants no more of it, or is gone. */
    void abandon(String why) {
        UpstreamConnection last = connection;
        switch (phase) {
            case OVER -> {}
            case DELIVERY -> delivery.abandon(why);
            case UNROUTED, LOST -> over(Outcome.ABORTED);
            case APPROACH -> {
                over(journal.outcomeOf(envelope));
                approach.abandon(why);
            }
            case ENVELOPE -> {
                over(journal.outcomeOf(envelope));
                if (envelope.isAnswered()) {
                    tenancy.giveBack(last);
                } else {
                    tenancy.discard(last, why);
                }
            }
        }
    }

    boolean hasRoom() {
        return phase != Phase.DELIVERY || delivery.hasRoom();
    }

    void flush() {
        if (connection != null) {
            connection.flush();
        }
    }

    // The upstream's side

    private void approach() {
        phase = Phase.APPROACH;
        approach = new Approach(tenancy, replies, envelope, journal, this);
        approach.begin();
    }

    private void approachAgain() {
        phase = Phase.APPROACH;
        approach.beginAgain();
    }

    @Override
    public void arrived(UpstreamConnection at) {
        phase = Phase.ENVELOPE;
        connection = at;
        connection.lentTo(this);
        List<Envelope.Question> objected = envelope.takeIf(command -> approach.objectionTo(command, at) != null);
        envelope.unanswered().forEach(connection::send);
        if (chunks.waits() && envelope.isAnswered()) {
            firstChunk();
        }
        connection.flush();
        objected.forEach(this::object);
    }

    private void object(Envelope.Question question) {
        question.answer().accept(journal.told(approach.objectionTo(question.command(), connection)));
    }

    /** Answers the oldest command with the reply, and those behind it by saying that there is no transaction. */
    @Override
    public void missed(Reply reply, Outcome outcome) {
        journal.told(reply);
        over(outcome);
        // First, since each answer lets the session go on, and it may begin another transaction at once.
        events.transactionLost();
        if (chunks.waits() && envelope.isAnswered()) {
            refuseChunk(reply);
        }
        Reply next = reply;
        for (Envelope.Question question : envelope.takeUnanswered()) {
            question.answer().accept(next);
            next = replies.noTransaction();
        }
    }

    @Override
    public void failed(RuntimeException fault) {
        events.failed(fault);
    }

    @Override
    public void replied() {
        events.upstreamReplied();
    }

    @Override
    public void answered(Stage stage, Reply reply) {
        if (stage == Stage.RSET) {
            resetAnswered(reply);
        } else {
            commandAnswered(reply);
        }
    }

    private void commandAnswered(Reply reply) {
        Envelope.Question question = envelope.answered(reply);
        if (question.stage() == Stage.DATA && Stage.DATA.meaningOf(reply) == Meaning.DONE) {
            deliver();
        }
        journal.told(reply);
        Reply refusal = envelope.mailRefusal();
        if (refusal != null && envelope.isAnswered() && phase == Phase.ENVELOPE) {
            overAndGiveBack(TransactionJournal.outcomeOf(refusal));
        }
        question.answer().accept(reply);
    }

    /** Before the answer is given, since that lets the session go on, and its next MAIL wants this connection. */
    private void overAndGiveBack(Outcome outcome) {
        UpstreamConnection last = connection;
        over(outcome);
        tenancy.giveBack(last);
    }

    /** The RSET that ended the transaction before, on a connection that the session keeps. */
    private void resetAnswered(Reply reply) {
        if (Stage.RSET.meaningOf(reply) != Meaning.DONE) {
            lost(tenancy.resetRefused(connection, reply));
        }
    }

    @Override
    public void lost(Loss why) {
        UpstreamConnection last = connection;
        connection = null;
        approach.lost(why, last);
        if (phase != Phase.ENVELOPE) {
            return;
        }
        if (envelope.isAnswered()) {
            // Who resets or quits now needs no other connection.
            phase = Phase.LOST;
        } else {
            approachAgain();
        }
    }

    @Override
    public void drained() {
        events.roomAgain();
    }

    private void over(Outcome outcome) {
        phase = Phase.OVER;
        connection = null;
        events.transactionEnded(journal.report(envelope, content, outcome));
    }
}
