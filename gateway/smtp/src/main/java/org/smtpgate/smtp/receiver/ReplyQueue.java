package org.smtpgate.smtp.receiver;

import java.util.ArrayDeque;
import java.util.Deque;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;

/** Replies leave in the order in which their commands came (RFC 2920 section 3.2), whoever answers them, and when. */
final class ReplyQueue {
    private final Deque<OwedReply> queue = new ArrayDeque<>(4);

    /** Takes the next place in the order. */
    OwedReply owe(Stage stage) {
        OwedReply owed = new OwedReply(stage);
        queue.add(owed);
        return owed;
    }

    /** Takes the next place in the order for a reply that is known. */
    void add(Reply reply) {
        owe(null).fill(reply);
    }

    /** The next reply to send, or null while none is known. */
    Reply next() {
        OwedReply first = queue.peek();
        if (first == null || first.reply() == null) {
            return null;
        }
        return queue.remove().reply();
    }

    /** How many commands await their reply to be sent. */
    int size() {
        return queue.size();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /**
     * Forgets all from the first reply on that is not known; what is known stays, since it may say that a message was
     * taken.
     *
     * @return whether there was such a reply
     */
    boolean cut() {
        int known = 0;
        for (OwedReply owed : queue) {
            if (owed.reply() == null) {
                break;
            }
            known++;
        }
        boolean cut = known < queue.size();
        while (queue.size() > known) {
            queue.removeLast();
        }
        return cut;
    }
}
