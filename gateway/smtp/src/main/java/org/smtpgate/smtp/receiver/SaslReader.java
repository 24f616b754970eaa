package org.smtpgate.smtp.receiver;

import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.wire.LineBuffer;

/** The dialogue behind AUTH: the client's responses, and what was made of them (RFC 4954 section 4). */
final class SaslReader {
    private final Conversation conversation;
    private final Login login;
    private final LineReader lines;
    private final Replies replies;

    SaslReader(Conversation conversation, Login login, LineReader lines) {
        this.conversation = conversation;
        this.login = login;
        this.lines = lines;
        this.replies = conversation.replies();
    }

    /** A step was judged. */
    void answered(AuthAnswer answer) {
        if (!conversation.is(ReceiverState.AUTH_PENDING)) {
            return;
        }
        if (answer instanceof AuthAnswer.Refused) {
            conversation.move(ReceiverState.GREETED);
            conversation.end(SessionEnd.ERRORS, replies.tooManyFailedLogins());
            return;
        }
        conversation.reply(login.take(answer));
        boolean goesOn = answer instanceof AuthAnswer.Challenge || login.refused();
        conversation.move(goesOn ? ReceiverState.AUTH_LINE : ReceiverState.GREETED);
        if (answer instanceof AuthAnswer.Malformed) {
            conversation.countError();
        } else if (login.failedTooOften()) {
            conversation.end(SessionEnd.ERRORS, conversation.ending(Ending.ERRORS));
        }
    }

    /** Reads the response to the last challenge. */
    void read() {
        LineBuffer.Outcome outcome = lines.read();
        if (login.refused() && outcome != LineBuffer.Outcome.MORE) {
            // RFC 7628 section 3.2.3 has a dummy response here; a client that cancels is refused no less.
            conversation.move(ReceiverState.AUTH_PENDING);
            answered(new AuthAnswer.Rejected());
            return;
        }
        switch (outcome) {
            case MORE -> lines.bound();
            case TOO_LONG -> cancel(replies.authLineTooLong());
            case BARE -> cancel(replies.bareNewlineInCommand());
            case LINE -> respond(conversation.input().line());
        }
    }

    private void respond(String line) {
        byte[] response = Login.decode(line);
        if (line.equals("*")) {
            cancel(replies.authCancelled());
        } else if (response == null) {
            cancel(login.notBase64());
        } else {
            conversation.move(ReceiverState.AUTH_PENDING);
            conversation.want(new ReceiverAction.ContinueAuth(response));
        }
    }

    private void cancel(Reply reply) {
        conversation.want(new ReceiverAction.CancelAuth());
        conversation.move(ReceiverState.GREETED);
        conversation.complain(reply);
    }
}
