package org.smtpgate.smtp.receiver;

import org.smtpgate.smtp.BareNewline;
import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.wire.LineBuffer;

/** Takes lines of the client, outside of content. */
final class LineReader {
    private final Conversation conversation;
    private final Input input;

    LineReader(Conversation conversation) {
        this.conversation = conversation;
        this.input = conversation.input();
    }

    /** A line that ends in a bare newline is one like others where the settings say so. */
    LineBuffer.Outcome read() {
        LineBuffer.Outcome outcome = input.takeLine();
        boolean pardoned =
                outcome == LineBuffer.Outcome.BARE && conversation.settings().bareNewline() == BareNewline.NORMALIZE;
        return pardoned ? LineBuffer.Outcome.LINE : outcome;
    }

    /** A line may be too long, but it must have an end. */
    void bound() {
        if (input.swallowed() > conversation.limits().discard()) {
            conversation.end(SessionEnd.LIMIT, conversation.ending(Ending.LIMIT));
        }
    }
}
