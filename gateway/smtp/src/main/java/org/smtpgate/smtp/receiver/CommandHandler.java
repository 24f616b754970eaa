package org.smtpgate.smtp.receiver;

import java.util.Map;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.Extension;
import org.smtpgate.smtp.Limits;
import org.smtpgate.smtp.Parameter;
import org.smtpgate.smtp.Parameters;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Verb;

/** Performs a command whose turn has come: objects to it, answers it, or passes it on. */
final class CommandHandler {
    /** Of a chunk: room for all numbers that are made of such. */
    private static final long OCTETS_MAX = Long.MAX_VALUE / 4;

    private final Conversation conversation;
    private final ReceiverSettings settings;
    private final Limits limits;
    private final Replies replies;
    private final Login login;
    private final MailProgress mail;
    private final ContentReader content;

    CommandHandler(Conversation conversation, Login login, MailProgress mail, ContentReader content) {
        this.conversation = conversation;
        this.settings = conversation.settings();
        this.limits = conversation.limits();
        this.replies = conversation.replies();
        this.login = login;
        this.mail = mail;
        this.content = content;
    }

    void perform(Command command) {
        Reply objection = objectionTo(command.verb());
        if (command instanceof Command.Bdat bdat) {
            bdat(bdat, objection);
        } else if (objection != null) {
            object(command, objection);
        } else if (command instanceof Command.Mail begin) {
            mail(begin);
        } else if (command instanceof Command.Rcpt rcpt) {
            rcpt(rcpt);
        } else if (command instanceof Command.Auth auth) {
            auth(auth);
        } else if (command instanceof Command.Ehlo ehlo) {
            hello(ehlo.domain(), true);
        } else if (command instanceof Command.Helo helo) {
            hello(helo.domain(), false);
        } else {
            plain(command.verb());
        }
    }

    private Reply objectionTo(Verb verb) {
        if (settings.tlsRequired() && !conversation.encrypted() && Commands.NEED_TLS.contains(verb)) {
            return replies.tlsRequired();
        }
        return conversation.state().welcomes(verb) ? null : replies.badSequence(Commands.outOfOrder(verb));
    }

    private void object(Command command, Reply objection) {
        if (Commands.BEFORE_CONTENT.contains(command.verb())) {
            conversation.contentRefused();
        }
        if (mail.pardon(command, limits.recipients())) {
            conversation.reply(objection);
        } else {
            conversation.complain(objection);
        }
    }

    /** Refused or not, its octets come, and must not be taken for commands. */
    private void bdat(Command.Bdat chunk, Reply objection) {
        if (chunk.size() > OCTETS_MAX) {
            conversation.end(SessionEnd.LIMIT, replies.ending(Ending.LIMIT, false));
        } else if (objection == null) {
            content.beginChunk(chunk, mail.isBinary());
        } else if (conversation.state().inTransaction()) {
            conversation.contentRefused();
            content.refuseChunk(chunk, objection);
            conversation.countError();
        } else if (chunk.size() > limits.discard()) {
            conversation.contentRefused();
            conversation.end(SessionEnd.LIMIT, replies.ending(Ending.LIMIT, false));
        } else {
            conversation.input().skip(chunk.size());
            object(chunk, objection);
        }
    }

    private void plain(Verb verb) {
        switch (verb) {
            case RSET -> {
                abandonMail();
                conversation.reply(replies.ok());
            }
            case NOOP -> conversation.reply(replies.ok());
            case VRFY -> conversation.reply(replies.cannotVerify());
            case HELP -> conversation.reply(replies.help());
            case QUIT -> conversation.end(SessionEnd.QUIT, replies.goodbye());
            case STARTTLS -> startTls();
            case DATA -> data();
            case EXPN -> conversation.complain(replies.notImplemented());
            default -> throw new IllegalStateException(verb + " has arguments");
        }
    }

    private void data() {
        if (mail.isBinary()) {
            // RFC 3030 section 3: such content may hold what would end it here.
            conversation.contentRefused();
            conversation.complain(replies.badSequence("BODY=BINARYMIME needs BDAT"));
        } else {
            conversation.move(ReceiverState.AWAITING_354);
            conversation.want(new ReceiverAction.BeginContent(conversation.owe(Stage.DATA)));
        }
    }

    private void hello(String domain, boolean esmtp) {
        abandonMail();
        Capabilities offer = Offer.of(settings, conversation.encrypted());
        conversation.greetedBy(domain, esmtp, offer);
        conversation.move(ReceiverState.GREETED);
        Capabilities told = login.done() ? offer.without(Extension.AUTH) : offer;
        conversation.reply(esmtp ? replies.ehlo(told.lines()) : replies.helo());
    }

    private void abandonMail() {
        conversation.newGroup();
        mail.abandoned();
        if (conversation.state().inTransaction()) {
            conversation.want(new ReceiverAction.AbortMail());
            conversation.move(ReceiverState.GREETED);
        }
    }

    private void startTls() {
        if (conversation.encrypted()) {
            conversation.complain(replies.badSequence("TLS is in place already"));
        } else if (!settings.startTls()) {
            conversation.complain(replies.notImplemented());
        } else if (conversation.input().hasRemaining()) {
            // RFC 3207 section 6: whatever is queued here was sent by whoever could write on the plaintext wire.
            conversation.end(SessionEnd.TLS_INJECTION, replies.plaintextAfterStartTls());
        } else {
            conversation.move(ReceiverState.TLS_PENDING);
            conversation.want(new ReceiverAction.StartTls(replies.readyForTls()));
        }
    }

    private void auth(Command.Auth auth) {
        Reply objection = login.objectionTo(auth, conversation.encrypted());
        if (objection != null) {
            conversation.complain(objection);
        } else {
            conversation.move(ReceiverState.AUTH_PENDING);
            byte[] initial = Login.initialResponse(auth.initialResponse());
            conversation.want(new ReceiverAction.BeginAuth(auth.mechanism(), initial));
        }
    }

    private void mail(Command.Mail command) {
        Reply objection = objectionTo(command);
        if (objection != null) {
            conversation.complain(objection);
            return;
        }
        conversation.newGroup();
        mail.begin(command);
        conversation.move(mail.state());
        // RFC 4954 section 5: who does not trust the client takes what it says of the sender's login for AUTH=<>.
        Command.Mail passed = command.without(Parameter.AUTH);
        conversation.want(new ReceiverAction.BeginMail(conversation.owe(Stage.MAIL), passed));
    }

    private Reply objectionTo(Command.Mail command) {
        if (settings.authRequired() && !login.done()) {
            return replies.authRequired();
        }
        Reply notOffered = objectionTo(command.parameters());
        long most = conversation.offered().size();
        boolean tooLarge = most > 0 && command.size() > most;
        return notOffered == null && tooLarge ? replies.tooLarge(most) : notOffered;
    }

    /** Null when all of them are offered. */
    private Reply objectionTo(Parameters parameters) {
        for (Map.Entry<Parameter, String> entry : parameters.values().entrySet()) {
            Parameter parameter = entry.getKey();
            String value = entry.getValue();
            if (!conversation.offered().has(parameter.extension(value)) && !parameter.saysNothing(value)) {
                return replies.notOffered(parameter.name(value));
            }
        }
        return null;
    }

    private void rcpt(Command.Rcpt command) {
        Reply notOffered = objectionTo(command.parameters());
        if (notOffered != null) {
            conversation.complain(notOffered);
        } else if (!command.to().isAscii() && !mail.hasUtf8()) {
            conversation.complain(replies.recipientNeedsUtf8());
        } else if (mail.recipients() >= conversation.recipientsMax()) {
            conversation.reply(replies.tooManyRecipients());
        } else {
            mail.recipientAdded();
            conversation.move(mail.state());
            conversation.want(new ReceiverAction.AddRecipient(conversation.owe(Stage.RCPT), command));
        }
    }
}
