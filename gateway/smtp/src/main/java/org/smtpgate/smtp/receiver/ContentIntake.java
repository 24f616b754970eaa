package org.smtpgate.smtp.receiver;

import java.nio.ByteBuffer;
import org.smtpgate.smtp.BareNewline;
import org.smtpgate.smtp.Limits;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.wire.ContentScanner;
import org.smtpgate.smtp.wire.NewlineNormalizer;

/** Reads the content of one message that comes by DATA, up to its end. */
final class ContentIntake {
    private final ContentScanner scanner = new ContentScanner();
    private final NewlineNormalizer normalizer;
    private final Limits limits;
    private final Replies replies;
    private final Refusal refusal;
    private boolean ended;

    ContentIntake(BareNewline bareNewline, Limits limits, Replies replies, Refusal refusal) {
        this.normalizer = bareNewline == BareNewline.NORMALIZE ? new NewlineNormalizer() : null;
        this.limits = limits;
        this.replies = replies;
        this.refusal = refusal;
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
            refusal.abort(replies.tooLarge(limits.message()));
        } else if (outcome == ContentScanner.Outcome.BARE_NEWLINE) {
            refusal.abort(replies.bareNewline());
        }
        if (refusal.reply() != null) {
            refusal.discard(in.position() - from);
            return null;
        }
        return content.duplicate().limit(content.position()).position(start);
    }

    /** Whether what is taken is the client's own bytes, rather than rewritten ones. */
    boolean verbatim() {
        return normalizer == null;
    }

    boolean ended() {
        return ended;
    }
}
