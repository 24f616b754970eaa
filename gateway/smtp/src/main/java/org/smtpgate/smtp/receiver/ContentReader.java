package org.smtpgate.smtp.receiver;

import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import org.smtpgate.smtp.BareNewline;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.Limits;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;

/**
 * Reads the content of the message under way, by DATA or in chunks (RFC 3030): passes it on while all is well, and after a
 * failure reads on to its end and throws it away, since otherwise it would become commands.
 */
final class ContentReader {
    private final Conversation conversation;
    private final Limits limits;
    private final Replies replies;
    private final BiConsumer<OwedReply, Reply> answer;
    private Refusal refusal;
    private ContentIntake data;
    private ChunkIntake chunks;

    /** @param answer of the session, for messages that it refuses by itself */
    ContentReader(Conversation conversation, BiConsumer<OwedReply, Reply> answer) {
        this.conversation = conversation;
        this.limits = conversation.limits();
        this.replies = conversation.replies();
        this.answer = answer;
    }

    /** The content failed or was refused upstream; this will be the reply to all that is still to come of it. */
    void fail(Reply reply) {
        switch (conversation.state()) {
            case CONTENT, CHUNK, BETWEEN_CHUNKS -> refusal.refuse(reply);
            case AWAITING_CHUNK -> {
                refusal.refuse(reply);
                throwAwayChunk();
            }
            default -> {}
        }
    }

    private void abortIfMust() {
        if (refusal.takeAbort()) {
            conversation.want(new ReceiverAction.AbortContent(refusal.reply()));
        }
    }

    private void endIfTooMuch(long more) {
        if (refusal.exceeds(more)) {
            conversation.end(SessionEnd.LIMIT, replies.ending(Ending.LIMIT, false));
        }
    }

    // DATA

    /** 354 was given. */
    void beginData() {
        refusal = new Refusal(limits.discard());
        data = new ContentIntake(conversation.settings().bareNewline(), limits, replies, refusal);
        conversation.move(ReceiverState.CONTENT);
    }

    void readData() {
        Input input = conversation.input();
        int from = input.bytes().position();
        ByteBuffer bytes = data.take(input.bytes());
        abortIfMust();
        OwedReply last = null;
        if (data.ended()) {
            conversation.move(ReceiverState.AWAITING_FINAL);
            last = conversation.owe(Stage.END_OF_DATA);
        }
        if (bytes == null) {
            thrownAway(last);
        } else if (data.verbatim()) {
            conversation.want(new ReceiverAction.RelayContent(from, bytes.remaining(), last));
        } else {
            conversation.want(new ReceiverAction.RelayRewritten(bytes, last));
        }
    }

    private void thrownAway(OwedReply last) {
        if (last != null) {
            answer.accept(last, refusal.reply());
        } else {
            endIfTooMuch(0);
        }
    }

    // Chunks

    /** @param binary whether the content need not be lines */
    void beginChunk(Command.Bdat command, boolean binary) {
        if (!conversation.is(ReceiverState.BETWEEN_CHUNKS)) {
            beginChunks(binary);
        }
        chunks.begin(command);
        abortIfMust();
        if (refusal.reply() != null) {
            throwAwayChunk();
        } else {
            conversation.move(ReceiverState.AWAITING_CHUNK);
            conversation.want(new ReceiverAction.BeginChunk(command));
        }
    }

    /** It has no place here, nor have those that may come behind it: the transaction is over with the last of them. */
    void refuseChunk(Command.Bdat command, Reply why) {
        beginChunks(true);
        refusal.abort(why);
        chunks.begin(command);
        abortIfMust();
        throwAwayChunk();
    }

    private void beginChunks(boolean binary) {
        boolean bareNewlines = conversation.settings().bareNewline() == BareNewline.NORMALIZE;
        refusal = new Refusal(limits.discard());
        chunks = new ChunkIntake(binary || bareNewlines, limits, replies, refusal);
    }

    /** The octets of the chunk can be passed on. */
    void chunkWelcome() {
        if (conversation.is(ReceiverState.AWAITING_CHUNK)) {
            readChunkIfEmpty();
        }
    }

    private void throwAwayChunk() {
        readChunkIfEmpty();
        endIfTooMuch(chunks.left());
    }

    /** Nothing will come of it that could be read. */
    private void readChunkIfEmpty() {
        conversation.move(ReceiverState.CHUNK);
        if (chunks.ended()) {
            readChunk(ByteBuffer.allocate(0));
        }
    }

    void readChunk() {
        readChunk(conversation.input().bytes());
    }

    private void readChunk(ByteBuffer in) {
        int from = in.position();
        ByteBuffer bytes = chunks.take(in);
        abortIfMust();
        OwedReply end = null;
        if (chunks.ended()) {
            conversation.move(chunks.isLast() ? ReceiverState.AWAITING_FINAL : ReceiverState.BETWEEN_CHUNKS);
            end = conversation.owe(chunks.isLast() ? Stage.END_OF_DATA : Stage.BDAT);
        }
        if (bytes == null) {
            thrownAway(end);
        } else if (bytes.hasRemaining()) {
            conversation.want(new ReceiverAction.RelayContent(from, bytes.remaining(), end));
        } else {
            conversation.want(new ReceiverAction.RelayRewritten(bytes, end));
        }
    }
}
