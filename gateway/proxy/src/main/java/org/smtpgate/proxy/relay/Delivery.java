package org.smtpgate.proxy.relay;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.Consumer;
import org.smtpgate.proxy.metrics.Outcome;
import org.smtpgate.proxy.upstream.Lessee;
import org.smtpgate.proxy.upstream.UpstreamConnection;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Stage.Meaning;
import org.smtpgate.smtp.sender.Loss;

/**
 * The content of one mail on its way to a connection, and what the upstream says of it. Confined to its event loop.
 *
 * <p>It is bound to that connection: if that is lost, the content is not sent to another. From the end of the content on
 * the outcome is the upstream's alone to tell: if it is lost then, the message is not confirmed.
 */
final class Delivery implements Lessee {

    private enum Phase {
        CONTENT,
        /** All content was passed on; the upstream's word is awaited. */
        FINAL,
        OVER
    }

    private final Tenancy tenancy;
    private final Replies replies;
    private final RelayEvents events;
    private final TransactionJournal journal;
    private final ContentPipe content;
    private final Chunks chunks;
    private final UpstreamConnection connection;
    private final Consumer<Outcome> end;
    private Phase phase = Phase.CONTENT;
    private Consumer<Reply> finalAnswer;
    /** Why the content is passed on no more; null while it is. */
    private Reply failure;

    /** @param end is told the outcome, before the connection goes back and the client is answered */
    Delivery(
            Tenancy tenancy,
            Replies replies,
            RelayEvents events,
            TransactionJournal journal,
            ContentPipe content,
            Chunks chunks,
            UpstreamConnection connection,
            Consumer<Outcome> end) {
        this.tenancy = tenancy;
        this.replies = replies;
        this.events = events;
        this.journal = journal;
        this.content = content;
        this.chunks = chunks;
        this.connection = connection;
        this.end = end;
    }

    // The client's side

    void content(ByteBuf bytes) {
        if (phase == Phase.CONTENT) {
            content.pass(bytes);
        } else {
            bytes.release();
        }
    }

    /** All of the content was passed on, or all of a chunk. */
    void contentEnded(Consumer<Reply> answer) {
        if (phase != Phase.CONTENT) {
            // It failed in the same turn, after the session had looked: nothing of the end went upstream.
            answer.accept(failure);
        } else if (chunks.isPart()) {
            chunks.ended(answer);
        } else {
            phase = Phase.FINAL;
            finalAnswer = answer;
            content.end();
        }
    }

    /** The content is not valid, or its end will never come; chunks without an answer get this one. */
    void giveUp(Reply why) {
        List<Consumer<Reply>> unanswered = chunks.takeUnanswered();
        failure = why;
        abandon("the content was given up");
        unanswered.forEach(answer -> answer.accept(why));
    }

    /** The client ended the transaction, and stays: between chunks, RSET is as good to the upstream. */
    void reset() {
        if (phase == Phase.CONTENT && connection.resettable()) {
            over(Outcome.ABORTED);
            tenancy.giveBack(connection);
        } else {
            abandon("the client reset");
        }
    }

    /** The client wants no more of it, or is gone: the upstream must see no end of the content. */
    void abandon(String why) {
        chunks.takeUnanswered();
        if (phase == Phase.CONTENT) {
            over(Outcome.ABORTED);
            tenancy.discard(connection, why);
        } else if (phase == Phase.FINAL) {
            finalAnswer = nobody -> {};
            journal.unheard();
        }
    }

    /** Whether the upstream keeps up. */
    boolean hasRoom() {
        return phase != Phase.CONTENT || connection.hasRoom();
    }

    // The upstream's side

    @Override
    public void replied() {
        events.upstreamReplied();
    }

    @Override
    public void answered(Stage stage, Reply reply) {
        boolean done = stage.meaningOf(reply) == Meaning.DONE;
        if (stage == Stage.BDAT) {
            chunkAnswered(reply, done);
        } else {
            messageAnswered(reply, done);
        }
    }

    private void messageAnswered(Reply reply, boolean done) {
        journal.told(reply);
        over(done ? Outcome.ACCEPTED : TransactionJournal.outcomeOf(reply));
        // Before the answer, since that lets the session go on, and its next MAIL wants this connection.
        tenancy.giveBack(connection);
        finalAnswer.accept(reply);
    }

    private void chunkAnswered(Reply reply, boolean done) {
        Consumer<Reply> answer = chunks.answered();
        if (!done) {
            chunkRefused(answer, journal.told(reply));
            return;
        }
        answer.accept(reply);
        if (phase == Phase.CONTENT && chunks.waits()) {
            chunks.goOn();
        }
    }

    /** The message has failed (RFC 3030 section 2), whatever the upstream would say of its other chunks. */
    private void chunkRefused(Consumer<Reply> answer, Reply reply) {
        boolean clean = phase == Phase.CONTENT && connection.resettable();
        List<Consumer<Reply>> behind = behindTheFirst();
        over(TransactionJournal.outcomeOf(reply));
        if (clean) {
            tenancy.giveBack(connection);
        } else {
            tenancy.discard(connection, "a chunk was refused");
        }
        contentFailed(reply);
        answer.accept(reply);
        behind.forEach(next -> next.accept(reply));
    }

    private List<Consumer<Reply>> behindTheFirst() {
        List<Consumer<Reply>> behind = chunks.takeUnanswered();
        if (phase == Phase.FINAL) {
            behind.add(finalAnswer);
        }
        return behind;
    }

    @Override
    public void lost(Loss why) {
        journal.lost(why);
        tenancy.lostInTransaction(why);
        List<Consumer<Reply>> unanswered = chunks.takeUnanswered();
        Reply lost = journal.lostReply();
        if (phase == Phase.FINAL && connection.contentLeft()) {
            Reply reply = journal.told(why.kind() == Loss.Kind.PROTOCOL ? lost : replies.notConfirmed());
            // A 421 too: one that was said unasked looks like an answer to the end of the data.
            over(Outcome.UNKNOWN);
            unanswered.forEach(chunk -> chunk.accept(lost));
            finalAnswer.accept(reply);
        } else if (phase != Phase.OVER) {
            boolean ended = phase == Phase.FINAL;
            boolean early = why.kind() == Loss.Kind.EARLY_REPLY;
            Reply reply = journal.told(early ? why.reply() : lost);
            over(early ? TransactionJournal.outcomeOf(reply) : Outcome.DEFERRED);
            if (!ended) {
                contentFailed(reply);
            }
            unanswered.forEach(chunk -> chunk.accept(reply));
            if (ended) {
                finalAnswer.accept(reply);
            }
        }
    }

    /** What is still to come of the content will be thrown away. */
    private void contentFailed(Reply reply) {
        failure = reply;
        chunks.refused();
        events.contentFailed(reply);
    }

    @Override
    public void drained() {
        events.roomAgain();
    }

    private void over(Outcome outcome) {
        phase = Phase.OVER;
        end.accept(outcome);
    }
}
