package org.smtpgate.smtp.sender;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.smtpgate.smtp.Address;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Stage.Meaning;

/**
 * The recipients of one connection's transaction, as far as its protocol answers the content for each of them.
 *
 * <p>LMTP does (RFC 2033 section 4.2): one reply for each RCPT that was accepted, in their order, the same address twice
 * included. SMTP does not, and nothing is kept of it.
 */
final class Recipients {
    private final boolean lmtp;
    /** Of the RCPT commands whose replies are awaited, oldest first. */
    private final Deque<Address> asked = new ArrayDeque<>(0);

    private final List<Address> accepted = new ArrayList<>(0);
    private FoldedReply folded = new FoldedReply();

    Recipients(boolean lmtp) {
        this.lmtp = lmtp;
    }

    void asked(Command command) {
        if (lmtp && command instanceof Command.Rcpt rcpt) {
            asked.add(rcpt.to());
        }
    }

    /** How many replies are due there: one at least, since a server that accepted nobody has to say so. */
    int repliesTo(Stage stage) {
        return lmtp && stage == Stage.END_OF_DATA ? Math.max(1, accepted.size()) : 1;
    }

    /** The answer that a reply makes; null while it takes those for other recipients too. */
    Reply answer(Stage stage, Reply reply) {
        Meaning meaning = stage.meaningOf(reply);
        if (!lmtp || meaning != Meaning.DONE && meaning != Meaning.REFUSED) {
            return reply;
        }
        switch (stage) {
            // Whatever ended the transaction before, this one has no recipients yet.
            case MAIL -> forget();
            case RCPT -> rcptAnswered(meaning);
            case END_OF_DATA -> {
                return accepted.isEmpty() ? reply : contentAnswered(reply);
            }
            default -> {}
        }
        return reply;
    }

    /** What {@link Stage} says, but that nobody can have accepted content for no recipient. */
    Meaning meaningOf(Stage stage, Reply answer) {
        Meaning meaning = stage.meaningOf(answer);
        boolean content = stage == Stage.DATA || stage == Stage.BDAT || stage == Stage.END_OF_DATA;
        return lmtp && content && meaning == Meaning.DONE && accepted.isEmpty() ? Meaning.VIOLATION : meaning;
    }

    private void rcptAnswered(Meaning meaning) {
        Address to = asked.remove();
        if (meaning == Meaning.DONE) {
            accepted.add(to);
        }
    }

    private Reply contentAnswered(Reply reply) {
        folded.add(accepted.get(folded.size()), reply);
        return folded.size() < accepted.size() ? null : folded.reply();
    }

    private void forget() {
        accepted.clear();
        folded = new FoldedReply();
    }
}
