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
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Stage.Meaning;
import org.smtpgate.smtp.sender.Loss;

/**
 * One mail: leases an upstream at MAIL, or at the first RCPT where its route depends on that, passes commands and content on and answers back, and ends by giving the lease
 * back or closing it.
 *
 * <p>Before the content nothing is final: if its connection is lost, a transaction can go on elsewhere, by its
 * {@link Approach}. From the end of the content on the outcome is the upstream's alone to tell: if it is lost then, the
 * message is neither sent again nor confirmed.
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
        CONTENT,
        /** All content was passed on; the upstream's word is awaited. */
        FINAL,
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
    private Consumer<Reply> finalAnswer;

    Transaction(Relay relay, Replies replies, RelayEvents events, Command.Mail mail, RouteChoice route) {
        this.relay = relay;
        this.replies = replies;
        this.events = events;
        this.mail = mail;
        this.route = route;
        this.envelope = new Envelope(mail);
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

    void content(ByteBuf bytes) {
        if (phase != Phase.CONTENT) {
            bytes.release();
            return;
        }
        content.pass(bytes);
    }

    void contentEnded(Consumer<Reply> answer) {
        if (phase != Phase.CONTENT) {
            // It was lost in the same turn, after the session had looked: nothing of the end went upstream.
            answer.accept(journal.lostReply());
            return;
        }
        phase = Phase.FINAL;
        finalAnswer = answer;
        content.end();
    }

    /** The client wants no more of it, or is gone. */
    void abandon(String why) {
        UpstreamConnection last = connection;
        switch (phase) {
            case OVER -> {}
            case FINAL -> finalAnswer = nobody -> {};
            case UNROUTED, LOST -> over(Outcome.ABORTED);
            case APPROACH -> {
                over(journal.outcomeOf(envelope));
                approach.abandon(why);
            }
            case CONTENT -> {
                over(Outcome.ABORTED);
                tenancy.discard(last, why);
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
        return phase != Phase.CONTENT || connection.hasRoom();
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
    public void answered(Stage stage, Reply reply) {
        switch (stage) {
            case RSET -> resetAnswered(reply);
            case END_OF_DATA -> messageAnswered(reply);
            default -> commandAnswered(reply);
        }
    }

    private void messageAnswered(Reply reply) {
        boolean done = Stage.END_OF_DATA.meaningOf(reply) == Meaning.DONE;
        Consumer<Reply> answer = finalAnswer;
        journal.told(reply);
        overAndGiveBack(done ? Outcome.ACCEPTED : TransactionJournal.outcomeOf(reply));
        answer.accept(reply);
    }

    private void commandAnswered(Reply reply) {
        Envelope.Question question = envelope.answered(reply);
        if (question.stage() == Stage.DATA && Stage.DATA.meaningOf(reply) == Meaning.DONE) {
            phase = Phase.CONTENT;
            content.begin(connection);
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
            tenancy.discard(connection, "RSET was refused");
            lost(new Loss(Loss.Kind.PROTOCOL, reply, "RSET was refused"));
        }
    }

    @Override
    public void lost(Loss why) {
        UpstreamConnection last = connection;
        connection = null;
        approach.lost(why, last);
        switch (phase) {
            case OVER, LOST, UNROUTED, APPROACH -> {}
            case FINAL -> {
                boolean violation = why.kind() == Loss.Kind.PROTOCOL;
                Reply reply = journal.told(violation ? journal.lostReply() : replies.notConfirmed());
                Consumer<Reply> answer = finalAnswer;
                // A 421 too: one that was said unasked looks like an answer to the end of the data.
                over(Outcome.UNKNOWN);
                answer.accept(reply);
            }
            case CONTENT -> {
                boolean early = why.kind() == Loss.Kind.EARLY_REPLY;
                Reply reply = journal.told(early ? why.reply() : journal.lostReply());
                over(early ? TransactionJournal.outcomeOf(reply) : Outcome.DEFERRED);
                events.contentFailed(reply);
            }
            case ENVELOPE -> {
                if (envelope.isAnswered()) {
                    // Who resets or quits now needs no other connection.
                    phase = Phase.LOST;
                } else {
                    approachAgain();
                }
            }
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
