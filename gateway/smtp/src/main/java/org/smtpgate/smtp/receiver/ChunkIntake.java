package org.smtpgate.smtp.receiver;

import java.nio.ByteBuffer;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Limits;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.wire.ContentScanner;

/**
 * Reads the content of one message that comes in chunks (RFC 3030): each is just as long as its command said, whatever
 * becomes of it, since what is behind it are commands again.
 */
final class ChunkIntake {
    private final Limits limits;
    private final Replies replies;
    private final Refusal refusal;
    /** Looks for newlines that stand alone; null where they may. */
    private final ContentScanner scanner;

    private Command.Bdat chunk;
    private long octets;
    private long left;

    /** @param anyOctets whether the content need not be lines that end with CRLF */
    ChunkIntake(boolean anyOctets, Limits limits, Replies replies, Refusal refusal) {
        this.limits = limits;
        this.replies = replies;
        this.refusal = refusal;
        this.scanner = anyOctets ? null : new ContentScanner();
    }

    void begin(Command.Bdat command) {
        chunk = command;
        left = command.size();
        if (limits.message() > 0 && left > limits.message() - octets) {
            refusal.abort(replies.tooLarge(limits.message()));
        }
        octets += left;
    }

    /**
     * Takes bytes up to the end of the chunk at most.
     *
     * @return a part of {@code in} to pass on; null for none
     */
    ByteBuffer take(ByteBuffer in) {
        int count = (int) Math.min(left, in.remaining());
        ByteBuffer content = in.duplicate().limit(in.position() + count);
        in.position(in.position() + count);
        left -= count;
        if (refusal.reply() == null && hasBareNewline(content.duplicate())) {
            refusal.abort(replies.bareNewline());
        }
        if (refusal.reply() != null) {
            refusal.discard(count);
            return null;
        }
        return content;
    }

    /** Unlike in DATA, a line of a dot is but a line. */
    private boolean hasBareNewline(ByteBuffer content) {
        if (scanner == null) {
            return false;
        }
        ContentScanner.Outcome outcome = ContentScanner.Outcome.END;
        while (outcome == ContentScanner.Outcome.END) {
            outcome = scanner.scan(content);
        }
        return outcome == ContentScanner.Outcome.BARE_NEWLINE || ended() && isLast() && scanner.awaitsLf();
    }

    /** Of the chunk, how much has not come. */
    long left() {
        return left;
    }

    boolean ended() {
        return left == 0;
    }

    boolean isLast() {
        return chunk.last();
    }
}
