package org.smtpgate.proxy.relay;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.Consumer;
import org.smtpgate.proxy.metrics.Outcome;
import org.smtpgate.proxy.upstream.Lessee;
import org.smtpgate.proxy.upstream.NoLeaseException;
import org.smtpgate.proxy.upstream.UpstreamConnection;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Parameter;
import org.smtpgate.smtp.Parameters;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Stage.Meaning;
import org.smtpgate.smtp.sender.Loss;

/**
 * One mail: leases an upstream at MAIL, passes commands and content on and answers back, and ends by giving the lease
 * back or closing it.
 *
 * <p>Until a success of this transaction has been told to the client, MAIL and all that is pipelined behind it can be
 * sent again on another connection; so a connection that died in the pool is not noticed. From the end of the content
 * on the outcome is the upstream's alone to tell: if it is lost then, the message is neither sent again nor confirmed.
 */
final class Transaction implements Lessee {

    /** How far it is. */
    private enum Phase {
        /** Commands wait for a connection. */
        LEASING,
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
    private final Envelope envelope;
    private final ContentPipe content = new ContentPipe();
    private final TransactionJournal journal = new TransactionJournal();

    private Phase phase = Phase.LEASING;
    private UpstreamConnection connection;
    private boolean retried;
    private Consumer<Reply> finalAnswer;

    Transaction(Relay relay, Replies replies, RelayEvents events, Command.Mail mail) {
        this.relay = relay;
        this.replies = replies;
        this.events = events;
        this.envelope = new Envelope(mail);
    }

    // The client's side

    void begin(Consumer<Reply> answer) {
        envelope.mail(answer);
        lease(false);
    }

    void rcpt(Command.Rcpt command, Consumer<Reply> answer) {
        pass(Envelope.rcpt(command, answer));
    }

    void data(Consumer<Reply> answer) {
        pass(Envelope.data(answer));
    }

    private void pass(Envelope.Question question) {
        if (phase == Phase.LOST) {
            events.transactionLost();
            Reply reply = journal.told(lostReply());
            over(Outcome.DEFERRED);
            question.answer().accept(reply);
        } else if (phase == Phase.OVER) {
            question.answer().accept(journal.told(replies.noTransaction()));
        } else if (phase == Phase.ENVELOPE && refusalOf(question.command(), connection) != null) {
            refuse(question, connection);
        } else {
            envelope.ask(question);
            if (phase == Phase.ENVELOPE) {
                connection.send(question.command());
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
            answer.accept(lostReply());
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
            case LOST -> over(Outcome.ABORTED);
            case LEASING -> {
                over(journal.outcomeOf(envelope));
                relay.abandonLease();
            }
            case CONTENT -> {
                over(Outcome.ABORTED);
                relay.discard(last, why);
            }
            case ENVELOPE -> {
                over(journal.outcomeOf(envelope));
                if (envelope.isAnswered()) {
                    relay.giveBack(last);
                } else {
                    relay.discard(last, why);
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

    private void lease(boolean fresh) {
        phase = Phase.LEASING;
        relay.lease(fresh).onComplete((leased, failure) -> {
            try {
                leaseAnswered(leased, (NoLeaseException) failure);
            } catch (RuntimeException fault) {
                // A future swallows it, and the client would wait for ever.
                events.failed(fault);
            }
        });
    }

    private void leaseAnswered(UpstreamConnection leased, NoLeaseException failure) {
        if (failure != null) {
            noLease(failure);
        } else if (phase == Phase.OVER) {
            relay.giveBack(leased);
        } else {
            leased(leased);
        }
    }

    private void leased(UpstreamConnection leased) {
        leased.lentTo(this);
        leased.transactionBegins();
        journal.sentTo(leased.endpoint().toString());
        Reply refusal = refusalOf(envelope.mail(), leased);
        if (refusal != null) {
            relay.giveBack(leased);
            failAll(refusal, TransactionJournal.outcomeOf(refusal));
            return;
        }
        phase = Phase.ENVELOPE;
        connection = leased;
        List<Envelope.Question> refused = envelope.takeIf(command -> refusalOf(command, leased) != null);
        envelope.unanswered().forEach(connection::send);
        connection.flush();
        refused.forEach(question -> refuse(question, leased));
    }

    /** Null when the upstream can be given the command with all that it says. */
    private Reply refusalOf(Command command, UpstreamConnection at) {
        Parameter lacking = at.capabilities().lacks(command);
        return lacking == null
                ? null
                : replies.notTaken(lacking, Parameters.of(command).value(lacking));
    }

    private void refuse(Envelope.Question question, UpstreamConnection at) {
        question.answer().accept(journal.told(refusalOf(question.command(), at)));
    }

    private void noLease(NoLeaseException failure) {
        if (phase == Phase.OVER) {
            return;
        }
        journal.lost(new Loss(Loss.Kind.CONNECT, null, failure.getMessage()));
        Reply reply = switch (failure.reason()) {
            case UNREACHABLE -> replies.noUpstream();
            case UNRESOLVED -> replies.noAddress();
            default -> replies.poolExhausted();
        };
        failAll(reply, Outcome.DEFERRED);
        relay.leaseFailed();
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
        relay.giveBack(last);
    }

    /** The RSET that ended the transaction before, on a connection that the session keeps. */
    private void resetAnswered(Reply reply) {
        if (Stage.RSET.meaningOf(reply) != Meaning.DONE) {
            relay.discard(connection, "RSET was refused");
            lost(new Loss(Loss.Kind.PROTOCOL, reply, "RSET was refused"));
        }
    }

    @Override
    public void lost(Loss why) {
        journal.lost(why);
        UpstreamConnection last = connection;
        connection = null;
        relay.lostInTransaction(why);
        switch (phase) {
            case OVER, LOST, LEASING -> {}
            case FINAL -> {
                boolean violation = why.kind() == Loss.Kind.PROTOCOL;
                Reply reply = journal.told(violation ? lostReply() : replies.notConfirmed());
                Consumer<Reply> answer = finalAnswer;
                // A 421 too: one that was said unasked looks like an answer to the end of the data.
                over(Outcome.UNKNOWN);
                answer.accept(reply);
            }
            case CONTENT -> {
                boolean early = why.kind() == Loss.Kind.EARLY_REPLY;
                Reply reply = journal.told(early ? why.reply() : lostReply());
                over(early ? TransactionJournal.outcomeOf(reply) : Outcome.DEFERRED);
                events.contentFailed(reply);
            }
            case ENVELOPE -> {
                if (mayRetry(last)) {
                    retried = true;
                    relay.retried();
                    lease(true);
                } else if (envelope.isAnswered()) {
                    phase = Phase.LOST;
                } else {
                    failAll(lostReply(), Outcome.DEFERRED);
                }
            }
        }
    }

    /** Row 4 of the closure contract: a connection that was used before turns out dead at MAIL. */
    private boolean mayRetry(UpstreamConnection last) {
        return envelope.untouched()
                && !retried
                && last.reused()
                && switch (journal.loss().kind()) {
                    case FIN, RST, TLS, REPLY_421, REPLY_221 -> true;
                    default -> false;
                };
    }

    @Override
    public void drained() {
        events.roomAgain();
    }

    // Answers and outcomes

    /** Answers the oldest command with the reply, and those behind it by saying that there is no transaction. */
    private void failAll(Reply reply, Outcome outcome) {
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

    private Reply lostReply() {
        return switch (journal.loss().kind()) {
            case PROTOCOL -> replies.upstreamViolation();
            case TIMEOUT -> replies.upstreamTimedOut();
            default -> replies.upstreamLost();
        };
    }

    private void over(Outcome outcome) {
        phase = Phase.OVER;
        connection = null;
        events.transactionEnded(journal.report(envelope, content, outcome));
    }
}
