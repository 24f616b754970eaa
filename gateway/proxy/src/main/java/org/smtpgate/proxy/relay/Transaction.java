package org.smtpgate.proxy.relay;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.smtpgate.proxy.metrics.Outcome;
import org.smtpgate.proxy.upstream.Lessee;
import org.smtpgate.proxy.upstream.NoLeaseException;
import org.smtpgate.proxy.upstream.UpstreamConnection;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Extension;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Stage.Meaning;
import org.smtpgate.smtp.Verb;
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
        /** Commands are passed on as they come; those before the lease wait in {@code pending}. */
        ENVELOPE,
        CONTENT,
        /** All content was passed on; the upstream's word is awaited. */
        FINAL,
        /** The upstream was lost, and nobody has been told. */
        LOST,
        OVER
    }

    /** A command whose reply is owed to the client. */
    private record Pending(Command command, Stage stage, Consumer<Reply> answer) {}

    private final Relay relay;
    private final Replies replies;
    private final RelayEvents events;
    private final Command.Mail mail;
    private final Deque<Pending> pending = new ArrayDeque<>(4);
    private final List<String> accepted = new ArrayList<>(1);
    private final ContentPipe content = new ContentPipe();
    private final long bornAt = System.nanoTime();

    private Phase phase = Phase.ENVELOPE;
    private UpstreamConnection connection;
    private String endpoint;
    private boolean retried;
    private boolean successTold;
    private Reply mailRefusal;
    private Reply lastReply;
    private Loss loss;
    private Consumer<Reply> finalAnswer;

    Transaction(Relay relay, Replies replies, RelayEvents events, Command.Mail mail) {
        this.relay = relay;
        this.replies = replies;
        this.events = events;
        this.mail = mail;
    }

    // The client's side

    void begin(Consumer<Reply> answer) {
        pending.add(new Pending(mail, Stage.MAIL, answer));
        lease(false);
    }

    void rcpt(Command.Rcpt command, Consumer<Reply> answer) {
        pass(new Pending(command, Stage.RCPT, answer));
    }

    void data(Consumer<Reply> answer) {
        pass(new Pending(new Command.Plain(Verb.DATA), Stage.DATA, answer));
    }

    private void pass(Pending command) {
        if (phase == Phase.LOST) {
            events.transactionLost();
            lastReply = lostReply();
            over(Outcome.DEFERRED);
            command.answer().accept(lastReply);
        } else if (phase == Phase.OVER) {
            lastReply = replies.noTransaction();
            command.answer().accept(lastReply);
        } else {
            pending.add(command);
            if (connection != null) {
                connection.send(command.command());
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
        switch (phase) {
            case OVER -> {}
            case FINAL -> finalAnswer = nobody -> {};
            case LOST -> over(Outcome.ABORTED);
            case CONTENT -> {
                UpstreamConnection last = connection;
                over(Outcome.ABORTED);
                relay.discard(last, why);
            }
            case ENVELOPE -> {
                UpstreamConnection last = connection;
                over(outcomeOfEnvelope());
                if (last != null && pending.isEmpty()) {
                    relay.giveBack(last);
                } else if (last != null) {
                    relay.discard(last, why);
                } else {
                    relay.abandonLease();
                }
                pending.clear();
            }
        }
    }

    boolean hasRoom() {
        return phase != Phase.CONTENT || connection.hasRoom();
    }

    void flush() {
        if (connection != null && phase != Phase.OVER) {
            connection.flush();
        }
    }

    // The upstream's side

    private void lease(boolean fresh) {
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
        endpoint = leased.endpoint().toString();
        if (mail.body() == Command.Body.EIGHT_BIT_MIME && !leased.capabilities().has(Extension.EIGHT_BIT_MIME)) {
            relay.giveBack(leased);
            failAll(replies.bodyTypeUnsupported(), Outcome.REJECTED);
            return;
        }
        connection = leased;
        pending.forEach(command -> connection.send(command.command()));
        connection.flush();
    }

    private void noLease(NoLeaseException failure) {
        if (phase == Phase.OVER) {
            return;
        }
        loss = new Loss(Loss.Kind.CONNECT, null, failure.getMessage());
        Reply reply = failure.reason() == NoLeaseException.Reason.UNREACHABLE
                ? replies.noUpstream()
                : replies.poolExhausted();
        failAll(reply, Outcome.DEFERRED);
        relay.leaseFailed();
    }

    @Override
    public void answered(Stage stage, Reply reply) {
        switch (stage) {
            case RSET -> resetAnswered(reply);
            case END_OF_DATA -> messageAnswered(reply);
            default -> commandAnswered(stage, reply);
        }
    }

    private void messageAnswered(Reply reply) {
        boolean done = Stage.END_OF_DATA.meaningOf(reply) == Meaning.DONE;
        Consumer<Reply> answer = finalAnswer;
        lastReply = reply;
        overAndGiveBack(done ? Outcome.ACCEPTED : outcomeOf(reply));
        answer.accept(reply);
    }

    private void commandAnswered(Stage stage, Reply reply) {
        boolean done = stage.meaningOf(reply) == Meaning.DONE;
        Pending command = pending.remove();
        successTold |= done;
        if (stage == Stage.DATA && done) {
            phase = Phase.CONTENT;
            content.begin(connection);
        } else if (stage == Stage.RCPT && done) {
            accepted.add(((Command.Rcpt) command.command()).to().toString());
        } else if (stage == Stage.MAIL && !done) {
            mailRefusal = reply;
        }
        lastReply = reply;
        if (mailRefusal != null && pending.isEmpty() && phase == Phase.ENVELOPE) {
            overAndGiveBack(outcomeOf(mailRefusal));
        }
        command.answer().accept(reply);
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
        loss = why;
        UpstreamConnection last = connection;
        connection = null;
        relay.lostInTransaction(why);
        switch (phase) {
            case OVER, LOST -> {}
            case FINAL -> {
                lastReply = why.kind() == Loss.Kind.PROTOCOL ? lostReply() : replies.notConfirmed();
                Consumer<Reply> answer = finalAnswer;
                // A 421 too: one that was said unasked looks like an answer to the end of the data.
                over(Outcome.UNKNOWN);
                answer.accept(lastReply);
            }
            case CONTENT -> {
                boolean early = why.kind() == Loss.Kind.EARLY_REPLY;
                lastReply = early ? why.reply() : lostReply();
                over(early ? outcomeOf(why.reply()) : Outcome.DEFERRED);
                events.contentFailed(lastReply);
            }
            case ENVELOPE -> {
                if (mayRetry(last)) {
                    retried = true;
                    relay.retried();
                    lease(true);
                } else if (pending.isEmpty()) {
                    phase = Phase.LOST;
                } else {
                    failAll(lostReply(), Outcome.DEFERRED);
                }
            }
        }
    }

    /** Row 4 of the closure contract: a connection that was used before turns out dead at MAIL. */
    private boolean mayRetry(UpstreamConnection last) {
        boolean untouched = !successTold && !pending.isEmpty() && pending.peek().stage() == Stage.MAIL;
        return untouched
                && !retried
                && last != null
                && last.reused()
                && switch (loss.kind()) {
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
        List<Pending> all = new ArrayList<>(pending);
        pending.clear();
        lastReply = reply;
        over(outcome);
        // First, since each answer lets the session go on, and it may begin another transaction at once.
        events.transactionLost();
        Reply next = reply;
        for (Pending command : all) {
            command.answer().accept(next);
            next = replies.noTransaction();
        }
    }

    private Reply lostReply() {
        return switch (loss.kind()) {
            case PROTOCOL -> replies.upstreamViolation();
            case TIMEOUT -> replies.upstreamTimedOut();
            default -> replies.upstreamLost();
        };
    }

    private static Outcome outcomeOf(Reply refusal) {
        return refusal.severity() == 5 ? Outcome.REJECTED : Outcome.DEFERRED;
    }

    private Outcome outcomeOfEnvelope() {
        boolean refused = lastReply != null && !lastReply.isPositive() && accepted.isEmpty();
        return refused ? outcomeOf(lastReply) : Outcome.ABORTED;
    }

    private void over(Outcome outcome) {
        phase = Phase.OVER;
        connection = null;
        events.transactionEnded(new TransactionReport(
                mail.from().toString(),
                accepted,
                outcome,
                content.octets(),
                content.digest(),
                endpoint,
                lastReply == null ? null : lastReply.toString(),
                loss == null ? null : loss.toString(),
                System.nanoTime() - bornAt));
    }
}
