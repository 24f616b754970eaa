package org.smtpgate.smtp.receiver;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.smtpgate.smtp.BareNewline;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.Limits;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Stage.Meaning;
import org.smtpgate.smtp.Verb;
import org.smtpgate.smtp.wire.CommandParser;
import org.smtpgate.smtp.wire.LineBuffer;

/**
 * One client's session, as a pure machine: bytes, answers and events go in, {@link #poll} gives what is to be done.
 *
 * <p>Everything that affects the state lives here and in {@link ReceiverState}; whoever drives it may ask, never set. A
 * transition is over before anything is done, so nothing re-enters. The driver polls until null after each input, and
 * may stop polling for as long as the upstream cannot take more: no further byte is then looked at. Bytes are given one
 * buffer at a time ({@link #wantsInput}), and the session keeps none but an unfinished line.
 */
public final class ReceiverSession {
    private final ReceiverSettings settings;
    private final Limits limits;
    private final Replies replies;
    private final Input input;
    private final Login login;
    private final MailProgress mail = new MailProgress();
    private final ReplyQueue owed = new ReplyQueue();
    private final Deque<ReceiverAction> actions = new ArrayDeque<>(4);

    private ReceiverState state = ReceiverState.CONNECTED;
    /** A command that must wait until nothing is owed. */
    private Command parked;

    private ContentIntake content;
    private boolean encrypted;
    private boolean draining;
    private int errors;
    private SessionEnd end;

    /**
     * @param encrypted whether TLS is in place from the first byte
     */
    public ReceiverSession(ReceiverSettings settings, Replies replies, boolean encrypted) {
        this.settings = settings;
        this.limits = settings.limits();
        this.replies = replies;
        this.encrypted = encrypted;
        this.input = new Input(limits.authLine());
        this.login = new Login(settings, replies);
    }

    // What goes in

    /** The client is welcome: say so. */
    public void greet() {
        state = ReceiverState.FRESH;
        owed.add(replies.greeting());
    }

    /** The client is not welcome. */
    public void refuse(Reply reply) {
        end(SessionEnd.REFUSED, reply);
    }

    /** Bytes of the client; only when {@link #wantsInput()}. The buffer is used until that is true again. */
    public void receive(ByteBuffer bytes) {
        input.give(bytes);
    }

    /** The client will send no more, though it may still read (half-close). */
    public void inputEnded() {
        input.end();
    }

    /** The reply to a command that was passed on is known. */
    public void answered(OwedReply place, Reply reply) {
        place.fill(reply);
        if (state == ReceiverState.ENDING || state == ReceiverState.CLOSED) {
            return;
        }
        boolean done = place.stage().meaningOf(reply) == Meaning.DONE;
        mail.answered(place.stage(), done);
        if (place.stage() == Stage.DATA) {
            state = done ? ReceiverState.CONTENT : mail.state();
            content = done ? new ContentIntake(settings.bareNewline(), limits, replies) : null;
        } else {
            correct();
        }
    }

    /** The transaction is gone: all that still belongs to it is out of order from now on. */
    public void transactionLost() {
        mail.lost();
        correct();
    }

    /** The upstream cannot take the rest of the content; this will be the reply to the message. */
    public void contentFailed(Reply reply) {
        if (state == ReceiverState.CONTENT) {
            content.refuse(reply);
        }
    }

    /** A step of the SASL exchange was judged. */
    public void authAnswered(AuthAnswer answer) {
        if (state != ReceiverState.AUTH_PENDING) {
            return;
        }
        owed.add(login.replyTo(answer));
        state = answer instanceof AuthAnswer.Challenge ? ReceiverState.AUTH_LINE : ReceiverState.GREETED;
        if (answer instanceof AuthAnswer.Malformed) {
            countError();
        } else if (login.failedTooOften()) {
            end(SessionEnd.ERRORS, ending(Ending.ERRORS));
        }
    }

    /** The handshake is done: the session begins anew (RFC 3207 section 4.2). */
    public void tlsStarted() {
        if (state == ReceiverState.TLS_PENDING) {
            encrypted = true;
            login.forget();
            state = ReceiverState.FRESH;
        }
    }

    /** The client was silent for too long, while its input was awaited. */
    public void timedOut() {
        endNow(SessionEnd.IDLE, lastWords(Ending.IDLE));
    }

    /** End when next idle. */
    public void drain() {
        draining = true;
    }

    /** End now, whatever is under way; but for a TLS handshake, in which nothing can be said. */
    public void shutDown() {
        if (state == ReceiverState.TLS_PENDING) {
            draining = true;
        } else {
            endNow(SessionEnd.SHUTDOWN, lastWords(Ending.SHUTDOWN));
        }
    }

    /**
     * The upstream closed the connection that this session alone uses. Ends an idle session.
     *
     * @param politely with 221 rather than 421
     */
    public void upstreamClosed(boolean politely) {
        if (idle()) {
            end(SessionEnd.UPSTREAM_CLOSED, politely ? replies.goodbye() : replies.upstreamClosed());
        }
    }

    /** The session cannot go on without the upstream connection that it lost: say 421 after what is owed. */
    public void upstreamIrreplaceable() {
        end(SessionEnd.UPSTREAM_CLOSED, replies.upstreamClosed());
    }

    /** The gateway failed. */
    public void failed() {
        endNow(SessionEnd.INTERNAL, replies.internalError());
    }

    // What may be asked

    /** Whether more bytes may be given. */
    public boolean wantsInput() {
        return !input.hasRemaining() && mayRead();
    }

    /** Whether no transaction is open, no command unanswered, and no byte unread. */
    public boolean idle() {
        return state.resting() && owed.isEmpty() && actions.isEmpty() && input.isEmpty();
    }

    public boolean encrypted() {
        return encrypted;
    }

    public boolean inTransaction() {
        return state.inTransaction();
    }

    /** Whether message data is being read. */
    public boolean inContent() {
        return state == ReceiverState.CONTENT;
    }

    // What comes out

    /** The next thing to do, or null until something more goes in. */
    public ReceiverAction poll() {
        while (actions.isEmpty()) {
            Reply ready = owed.next();
            if (ready != null) {
                return new ReceiverAction.Send(ready);
            }
            if (state == ReceiverState.ENDING && owed.isEmpty()) {
                state = ReceiverState.CLOSED;
                return new ReceiverAction.Close(end);
            }
            if (!advance()) {
                return null;
            }
        }
        return actions.remove();
    }

    /** One step; false when nothing can be done before something goes in. */
    private boolean advance() {
        if (parked != null) {
            if (!owed.isEmpty()) {
                return false;
            }
            Command command = parked;
            parked = null;
            perform(command);
            return true;
        }
        if (draining && idle()) {
            end(SessionEnd.SHUTDOWN, ending(Ending.SHUTDOWN));
            return true;
        }
        if (mayRead() && input.hasRemaining()) {
            read();
            return true;
        }
        return input.exhausted() && clientGone();
    }

    private boolean mayRead() {
        return state.reads() != ReceiverState.Reads.NOTHING && parked == null && owed.size() < limits.repliesOwed();
    }

    /** True if the session can do something about the client's having closed its side. */
    private boolean clientGone() {
        boolean over = state == ReceiverState.CONTENT || state.reads() != ReceiverState.Reads.NOTHING && owed.isEmpty();
        if (over) {
            if (state == ReceiverState.CONTENT) {
                actions.add(new ReceiverAction.AbortContent());
            }
            end(SessionEnd.CLIENT_CLOSED, replies.clientClosed());
        }
        return over;
    }

    // Reading

    private void read() {
        if (input.skipped()) {
            return;
        }
        switch (state.reads()) {
            case CONTENT -> readContent();
            case SASL -> readSasl();
            case COMMANDS -> readCommand();
            case NOTHING -> throw new IllegalStateException("nothing is read in " + state);
        }
    }

    private void readContent() {
        int from = input.bytes().position();
        ByteBuffer bytes = content.take(input.bytes());
        if (content.mustAbort()) {
            actions.add(new ReceiverAction.AbortContent());
        }
        OwedReply last = null;
        if (content.ended()) {
            state = ReceiverState.AWAITING_FINAL;
            last = owed.owe(Stage.END_OF_DATA);
        }
        if (bytes == null) {
            if (last != null) {
                answered(last, content.refusal());
            } else if (content.overflown()) {
                end(SessionEnd.LIMIT, replies.ending(Ending.LIMIT, false));
            }
        } else if (content.verbatim()) {
            actions.add(new ReceiverAction.RelayContent(from, bytes.remaining(), last));
        } else {
            actions.add(new ReceiverAction.RelayRewritten(bytes, last));
        }
    }

    private void readCommand() {
        switch (readLine()) {
            case MORE -> {}
            case TOO_LONG -> complain(replies.lineTooLong());
            case BARE -> complain(replies.bareNewlineInCommand());
            case LINE -> understand(input.line());
        }
    }

    private LineBuffer.Outcome readLine() {
        LineBuffer.Outcome outcome = input.takeLine();
        boolean pardoned = outcome == LineBuffer.Outcome.BARE && settings.bareNewline() == BareNewline.NORMALIZE;
        return pardoned ? LineBuffer.Outcome.LINE : outcome;
    }

    private void understand(String text) {
        Command command = CommandParser.parse(text);
        if (text.length() + 2 > limits.commandLine() && command.verb() != Verb.AUTH) {
            complain(replies.lineTooLong());
        } else if (command instanceof Command.Invalid invalid) {
            complain(replies.fault(invalid.fault()));
        } else if (!owed.isEmpty() && Commands.WAIT_FOR_REPLIES.contains(command.verb())) {
            parked = command;
        } else {
            perform(command);
        }
    }

    private void readSasl() {
        switch (readLine()) {
            case MORE -> {}
            case TOO_LONG -> cancelAuth(replies.authLineTooLong());
            case BARE -> cancelAuth(replies.bareNewlineInCommand());
            case LINE -> respond(input.line());
        }
    }

    private void respond(String line) {
        byte[] response = Login.decode(line);
        if (line.equals("*")) {
            cancelAuth(replies.authCancelled());
        } else if (response == null) {
            cancelAuth(login.notBase64());
        } else {
            state = ReceiverState.AUTH_PENDING;
            actions.add(new ReceiverAction.ContinueAuth(response));
        }
    }

    private void cancelAuth(Reply reply) {
        actions.add(new ReceiverAction.CancelAuth());
        state = ReceiverState.GREETED;
        complain(reply);
    }

    // Commands

    private void perform(Command command) {
        Reply objection = objectionTo(command.verb());
        if (command instanceof Command.Bdat bdat) {
            // CHUNKING is not offered; the octets come all the same, and must not be taken for commands.
            if (bdat.size() > limits.discard()) {
                end(SessionEnd.LIMIT, replies.ending(Ending.LIMIT, false));
                return;
            }
            input.skip(bdat.size());
        }
        if (objection != null) {
            object(command.verb(), objection);
        } else if (command instanceof Command.Mail begin) {
            mail(begin);
        } else if (command instanceof Command.Rcpt rcpt) {
            rcpt(rcpt);
        } else if (command instanceof Command.Auth auth) {
            auth(auth);
        } else {
            plain(command.verb());
        }
    }

    private Reply objectionTo(Verb verb) {
        if (settings.tlsRequired() && !encrypted && Commands.NEED_TLS.contains(verb)) {
            return replies.tlsRequired();
        }
        return state.welcomes(verb) ? null : replies.badSequence(Commands.outOfOrder(verb));
    }

    private void object(Verb verb, Reply objection) {
        if ((verb == Verb.RCPT || verb == Verb.DATA) && mail.pardons(limits.recipients())) {
            owed.add(objection);
        } else {
            complain(objection);
        }
    }

    private void plain(Verb verb) {
        switch (verb) {
            case EHLO -> hello(replies.ehlo(Commands.keywords(settings, !encrypted, login.possible(encrypted))));
            case HELO -> hello(replies.helo());
            case RSET -> {
                abandonMail();
                owed.add(replies.ok());
            }
            case NOOP -> owed.add(replies.ok());
            case VRFY -> owed.add(replies.cannotVerify());
            case HELP -> owed.add(replies.help());
            case QUIT -> end(SessionEnd.QUIT, replies.goodbye());
            case STARTTLS -> startTls();
            case DATA -> {
                state = ReceiverState.AWAITING_354;
                actions.add(new ReceiverAction.BeginContent(owed.owe(Stage.DATA)));
            }
            case BDAT, EXPN -> complain(replies.notImplemented());
            default -> throw new IllegalStateException(verb + " has arguments");
        }
    }

    private void hello(Reply reply) {
        abandonMail();
        state = ReceiverState.GREETED;
        owed.add(reply);
    }

    private void abandonMail() {
        mail.abandoned();
        if (state.inTransaction()) {
            actions.add(new ReceiverAction.AbortMail());
            state = ReceiverState.GREETED;
        }
    }

    private void startTls() {
        if (!settings.startTls() || encrypted) {
            complain(encrypted ? replies.badSequence("TLS is in place already") : replies.notImplemented());
        } else if (input.hasRemaining()) {
            // RFC 3207 section 6: whatever is queued here was sent by whoever could write on the plaintext wire.
            end(SessionEnd.TLS_INJECTION, replies.plaintextAfterStartTls());
        } else {
            state = ReceiverState.TLS_PENDING;
            actions.add(new ReceiverAction.StartTls(replies.readyForTls()));
        }
    }

    private void auth(Command.Auth auth) {
        Reply objection = login.objectionTo(auth, encrypted);
        if (objection != null) {
            complain(objection);
        } else {
            state = ReceiverState.AUTH_PENDING;
            actions.add(new ReceiverAction.BeginAuth(auth.mechanism(), Login.initialResponse(auth.initialResponse())));
        }
    }

    private void mail(Command.Mail command) {
        if (settings.authRequired() && !login.done()) {
            complain(replies.authRequired());
        } else if (limits.message() > 0 && command.size() > limits.message()) {
            complain(replies.tooLarge(limits.message()));
        } else {
            mail.begin();
            state = mail.state();
            actions.add(new ReceiverAction.BeginMail(owed.owe(Stage.MAIL), command));
        }
    }

    private void rcpt(Command.Rcpt command) {
        if (mail.recipients() >= limits.recipients()) {
            owed.add(replies.tooManyRecipients());
        } else {
            mail.recipientAdded();
            state = mail.state();
            actions.add(new ReceiverAction.AddRecipient(owed.owe(Stage.RCPT), command));
        }
    }

    /** Moves back what an optimistic step moved too far. */
    private void correct() {
        boolean awaitsUpstream = state == ReceiverState.AWAITING_354 || state == ReceiverState.CONTENT;
        if (state.inTransaction() && !awaitsUpstream) {
            state = mail.state();
        }
    }

    // Ending

    private boolean polite(Ending ending) {
        return settings.closeWith221().contains(ending);
    }

    private Reply ending(Ending ending) {
        return replies.ending(ending, polite(ending));
    }

    /** For an ending that cuts in: 221 only where it cannot stand for an answer (invariant 1 of the closure contract). */
    private Reply lastWords(Ending ending) {
        return replies.ending(ending, idle() && polite(ending));
    }

    private void complain(Reply reply) {
        owed.add(reply);
        countError();
    }

    private void countError() {
        if (++errors >= limits.errors()) {
            end(SessionEnd.ERRORS, ending(Ending.ERRORS));
        }
    }

    /** Ends the session once all that is owed before has been answered. */
    private void end(SessionEnd why, Reply last) {
        if (state == ReceiverState.ENDING || state == ReceiverState.CLOSED) {
            return;
        }
        state = ReceiverState.ENDING;
        end = why;
        parked = null;
        input.drop();
        if (last != null) {
            owed.add(last);
        }
    }

    /** Ends the session without waiting for anybody's answer: the last reply stands for the oldest that is missing. */
    private void endNow(SessionEnd why, Reply last) {
        boolean cut = owed.cut();
        if (state == ReceiverState.ENDING && cut) {
            owed.add(last);
        } else if (state != ReceiverState.ENDING) {
            actions.clear();
            end(why, state == ReceiverState.TLS_PENDING ? null : last);
        }
    }
}
