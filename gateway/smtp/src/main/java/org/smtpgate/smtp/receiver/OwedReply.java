package org.smtpgate.smtp.receiver;

import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;

/** The place of one command's reply in the order of replies, until somebody knows the reply. */
public final class OwedReply {
    private final Stage stage;
    private Reply reply;

    OwedReply(Stage stage) {
        this.stage = stage;
    }

    /** What the reply is about; null for a reply that moves no state. */
    Stage stage() {
        return stage;
    }

    Reply reply() {
        return reply;
    }

    void fill(Reply known) {
        if (reply != null) {
            throw new IllegalStateException("answered twice: " + reply + ", then " + known);
        }
        reply = known;
    }
}
