package org.smtpgate.smtp.receiver;

import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Parameter;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Verb;

/** How far the open transaction has come, by what was passed on and by what was answered. */
final class MailProgress {
    private Command.Mail mail;
    private boolean stands;
    /** It was refused or lost, which a client that pipelines cannot know yet. */
    private boolean failed;

    private int recipients;
    private int accepted;
    private int unanswered;

    void begin(Command.Mail command) {
        mail = command;
        stands = true;
        failed = false;
        recipients = 0;
        accepted = 0;
        unanswered = 0;
    }

    /** Whether addresses beyond ASCII may be given. */
    boolean hasUtf8() {
        return mail.parameters().has(Parameter.SMTPUTF8);
    }

    /** Whether its content need not be lines. */
    boolean isBinary() {
        return mail.body() == Command.Body.BINARY_MIME;
    }

    int recipients() {
        return recipients;
    }

    void recipientAdded() {
        recipients++;
        unanswered++;
    }

    void answered(Stage stage, boolean done) {
        switch (stage) {
            case MAIL -> {
                stands &= done;
                failed |= !done;
            }
            case RCPT -> {
                unanswered--;
                accepted += done ? 1 : 0;
            }
            case END_OF_DATA -> stands = false;
            default -> {}
        }
    }

    void lost() {
        stands = false;
        failed = true;
    }

    void abandoned() {
        stands = false;
        failed = false;
    }

    /**
     * Lets a command out of order pass that is but the rest of the group which a failed MAIL began, up to the end of its
     * content.
     *
     * @return false for any other
     */
    boolean pardon(Command command, long recipientsMax) {
        boolean last = command.verb() == Verb.DATA || command instanceof Command.Bdat chunk && chunk.last();
        boolean more = command.verb() == Verb.RCPT || command.verb() == Verb.BDAT;
        if (!failed || !last && !more) {
            return false;
        }
        failed = !last;
        return recipients++ < recipientsMax;
    }

    /** The state that a session between two commands of its transaction is in. */
    ReceiverState state() {
        if (!stands) {
            return ReceiverState.GREETED;
        }
        return accepted + unanswered > 0 ? ReceiverState.RCPT_GIVEN : ReceiverState.MAIL_GIVEN;
    }
}
