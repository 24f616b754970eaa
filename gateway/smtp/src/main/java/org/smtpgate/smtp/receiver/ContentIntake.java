package org.smtpgate.smtp.receiver;

import java.nio.ByteBuffer;
import org.smtpgate.smtp.BareNewline;
import org.smtpgate.smtp.Limits;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.wire.ContentScanner;
import org.smtpgate.smtp.wire.NewlineNormalizer;

/**
 * Reads the content of one message: passes it on while all is well, and after a failure reads on to its end and throws
 * it away, since otherwise its lines would become commands.
 */
final class ContentIntake {
    private final ContentScanner scanner = new ContentScanner();
    private final NewlineNormalizer normalizer;
    private final Limits limits;
    private final Replies replies;
    private long discarded;
    private boolean ended;
    private Reply refusal;
    /** The refusal is our own, and the upstream has not been told. */
    private boolean abort;

    ContentIntake(BareNewline bareNewline, Limits limits, Replies replies) {
        this.normalizer = bareNewline == BareNewline.NORMALIZE ? new NewlineNormalizer() : null;
        this.limits = limits;
        this.replies = replies;
    }

    /**
     * Takes bytes up to the end of the content at most.
     *
     * @return bytes to pass on: a part of {@code in} itself or rewritten ones; null for none
     */
    ByteBuffer take(ByteBuffer in) {
        int from = in.position();
        ByteBuffer content = normalizer == null ? in : normalizer.rewrite(in);
        int start = content.position();
        ContentScanner.Outcome outcome = scanner.scan(content);
        ended = outcome == ContentScanner.Outcome.END;
        // The size comes first: it was passed at or before the last byte taken, where the bare newline was seen.
        if (limits.message() > 0 && scanner.messageOctets() > limits.message()) {
            abort(replies.tooLarge(limits.message()));
        } else if (outcome == ContentScanner.Outcome.BARE_NEWLINE) {
            abort(replies.bareNewline());
        }
        if (refusal != null) {
            discarded += in.position() - from;
            return null;
        }
        return content.duplicate().limit(content.position()).position(start);
    }

    private void abort(Reply reply) {
        if (refusal == null) {
            refusal = reply;
            abort = true;
        }
    }

    /** Whether what is taken is the client's own bytes, rather than rewritten ones. */
    boolean verbatim() {
        return normalizer == null;
    }

    /** The upstream failed or refused: nothing more is passed on, and this is the reply to the message. */
    void refuse(Reply reply) {
        if (refusal == null) {
            refusal = reply;
        }
    }

    /** Whether the message must be given up for a reason of ours; true once. */
    boolean mustAbort() {
        boolean must = abort;
        abort = false;
        return must;
    }

    /** The reply to the message if it has failed, or null. */
    Reply refusal() {
        return refusal;
    }

    boolean ended() {
        return ended;
    }

    /** Whether more was thrown away than the limit allows. */
    boolean overflown() {
        return discarded > limits.discard();
    }
}
