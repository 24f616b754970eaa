package org.smtpgate.smtp.receiver;

import java.nio.ByteBuffer;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Stage.Meaning;
import org.smtpgate.smtp.Verb;
import org.smtpgate.smtp.wire.CommandParser;

/**
 * One client's session, as a pure machine: bytes, answers and events go in, {@link #poll} gives what is to be done.
 *
 * <p>Everything that affects the state lives here, in the parts of it ({@link CommandHandler}, {@link ContentReader},
 * {@link SaslReader}) and in {@link Conversation}, by the table of {@link ReceiverState}; whoever drives it may ask, never
 * set. A transition is over before anything is done, so nothing re-enters. The driver polls until null after each input, and
 * may stop polling for as long as the upstream cannot take more: no further byte is then looked at. Bytes are given one
 * buffer at a time ({@link #wantsInput}), and the session keeps none but an unfinished line.
 */
public final class ReceiverSession {
    private final Conversation conversation;
    private final Replies replies;
    private final Input input;
    private final Login login;
    private final MailProgress mail = new MailProgress();
    private final CommandHandler commands;
    private final ContentReader content;
    private final LineReader lines;
    private final SaslReader sasl;
    private boolean draining;

    /**
     * @param encrypted whether TLS is in place from the first byte
     */
    public ReceiverSession(ReceiverSettings settings, Replies replies, boolean encrypted) {
        this.conversation = new Conversation(settings, replies, encrypted);
        this.replies = replies;
        this.input = conversation.input();
        this.login = new Login(settings, replies);
        this.content = new ContentReader(conversation, this::answered);
        this.commands = new CommandHandler(conversation, login, mail, content);
        this.lines = new LineReader(conversation);
        this.sasl = new SaslReader(conversation, login, lines);
    }

    // What goes in

    /** The client is welcome: say so. */
    public void greet() {
        conversation.move(ReceiverState.FRESH);
        conversation.reply(replies.greeting());
    }

    /** The client is not welcome. */
    public void refuse(Reply reply) {
        conversation.end(SessionEnd.REFUSED, reply);
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
        if (conversation.ended()) {
            return;
        }
        Stage stage = place.stage();
        boolean done = stage.meaningOf(reply) == Meaning.DONE;
        mail.answered(stage, done);
        if (stage == Stage.MAIL && !done) {
            // Its content may be on its way, by BDAT.
            conversation.contentRefused();
        }
        if (stage == Stage.DATA && done) {
            content.beginData();
        } else if (stage == Stage.BDAT && !done) {
            content.fail(reply);
        } else if (stage == Stage.DATA) {
            conversation.move(mail.state());
            conversation.contentRefused();
        } else if (stage == Stage.END_OF_DATA) {
            conversation.move(mail.state());
        } else {
            correct();
        }
    }

    /** The transaction is gone: all that still belongs to it is out of order from now on. */
    public void transactionLost() {
        mail.lost();
        conversation.contentRefused();
        correct();
    }

    /** The octets of the chunk that was begun can be passed on. */
    public void chunkWelcome() {
        content.chunkWelcome();
    }

    /** The upstream cannot take the rest of the content; this will be the reply to the message, and to its chunks. */
    public void contentFailed(Reply reply) {
        content.fail(reply);
    }

    /** A step of the SASL exchange was judged. */
    public void authAnswered(AuthAnswer answer) {
        sasl.answered(answer);
    }

    /** The handshake is done: the session begins anew (RFC 3207 section 4.2). */
    public void tlsStarted() {
        if (conversation.is(ReceiverState.TLS_PENDING)) {
            conversation.encrypt();
            login.forget();
            conversation.move(ReceiverState.FRESH);
        }
    }

    /** The client was silent for too long, while its input was awaited. */
    public void timedOut() {
        conversation.endNow(SessionEnd.IDLE, conversation.lastWords(Ending.IDLE));
    }

    /** End when next idle. */
    public void drain() {
        draining = true;
    }

    /** End now, whatever is under way; but for a TLS handshake, in which nothing can be said. */
    public void shutDown() {
        if (conversation.is(ReceiverState.TLS_PENDING)) {
            draining = true;
        } else {
            conversation.endNow(SessionEnd.SHUTDOWN, conversation.lastWords(Ending.SHUTDOWN));
        }
    }

    /**
     * The upstream closed the connection that this session alone uses. Ends an idle session.
     *
     * @param politely with 221 rather than 421
     */
    public void upstreamClosed(boolean politely) {
        if (idle()) {
            conversation.end(SessionEnd.UPSTREAM_CLOSED, conversation.upstreamClosed(politely));
        }
    }

    /** The session cannot go on without the upstream connection that it lost: say 421 after what is owed. */
    public void upstreamIrreplaceable() {
        conversation.end(SessionEnd.UPSTREAM_CLOSED, replies.upstreamClosed());
    }

    /** The gateway failed. */
    public void failed() {
        conversation.endNow(SessionEnd.INTERNAL, replies.internalError());
    }

    // What may be asked

    /** Whether more bytes may be given. */
    public boolean wantsInput() {
        return !input.hasRemaining() && mayRead();
    }

    /** Whether no transaction is open, no command unanswered, and no byte unread. */
    public boolean idle() {
        return conversation.idle();
    }

    /** Whether the client waits for an answer, rather than we for its bytes. */
    public boolean owesReply() {
        return !conversation.owed().isEmpty();
    }

    /** What the client called itself; null before EHLO and HELO. */
    public String helo() {
        return conversation.helo();
    }

    /** Whether it said EHLO rather than HELO. */
    public boolean esmtp() {
        return conversation.esmtp();
    }

    public boolean inTransaction() {
        return conversation.state().inTransaction();
    }

    /** Whether message data is under way. */
    public boolean inContent() {
        return conversation.state().inContent();
    }

    /** Whether it is the client's turn to send message data, or another chunk of it. */
    public boolean awaitsContent() {
        return switch (conversation.state()) {
            case CONTENT, CHUNK -> true;
            case BETWEEN_CHUNKS -> !owesReply();
            default -> false;
        };
    }

    // What comes out

    /** The next thing to do, or null until something more goes in. */
    public ReceiverAction poll() {
        while (conversation.actions().isEmpty()) {
            Reply ready = conversation.owed().next();
            if (ready != null) {
                return new ReceiverAction.Send(ready);
            }
            if (conversation.is(ReceiverState.ENDING) && conversation.owed().isEmpty()) {
                conversation.move(ReceiverState.CLOSED);
                return new ReceiverAction.Close(conversation.end());
            }
            if (!advance()) {
                return null;
            }
        }
        return conversation.actions().remove();
    }

    /** One step; false when nothing can be done before something goes in. */
    private boolean advance() {
        if (input.parked()) {
            boolean itsTurn = conversation.owed().isEmpty();
            if (itsTurn) {
                commands.perform(input.unpark());
            }
            return itsTurn;
        }
        if (draining && idle()) {
            conversation.end(SessionEnd.SHUTDOWN, conversation.ending(Ending.SHUTDOWN));
            return true;
        }
        if (mayRead() && input.hasRemaining()) {
            read();
            return true;
        }
        return input.exhausted() && clientGone();
    }

    private boolean mayRead() {
        return conversation.state().reads() != ReceiverState.Reads.NOTHING
                && !input.parked()
                && conversation.owed().size() < conversation.limits().repliesOwed();
    }

    /** True if the session can do something about the client's having closed its side. */
    private boolean clientGone() {
        ReceiverState.Reads reads = conversation.state().reads();
        if (reads == ReceiverState.Reads.CONTENT || reads == ReceiverState.Reads.CHUNK) {
            // No more of the message will come, and whatever the upstream says of its chunks is of no use.
            conversation.endNow(SessionEnd.CLIENT_CLOSED, replies.clientClosed());
            conversation.want(new ReceiverAction.AbortContent(replies.clientClosed()));
            return true;
        }
        boolean over =
                reads != ReceiverState.Reads.NOTHING && conversation.owed().isEmpty();
        if (over) {
            conversation.end(SessionEnd.CLIENT_CLOSED, replies.clientClosed());
        }
        return over;
    }

    // Reading

    private void read() {
        if (input.skipped()) {
            return;
        }
        switch (conversation.state().reads()) {
            case CONTENT -> content.readData();
            case CHUNK -> content.readChunk();
            case SASL -> sasl.read();
            case COMMANDS -> readCommand();
            case NOTHING -> throw new IllegalStateException("nothing is read in " + conversation.state());
        }
    }

    private void readCommand() {
        switch (lines.read()) {
            case MORE -> lines.bound();
            case TOO_LONG -> conversation.complain(replies.lineTooLong());
            case BARE -> bareNewline();
            case LINE -> understand(input.line());
        }
    }

    private void bareNewline() {
        if (Commands.announcesOctets(input.line())) {
            loseTrack();
        } else {
            conversation.complain(replies.bareNewlineInCommand());
        }
    }

    /** It is not known how much of what follows is content: no line of it may be taken for a command. */
    private void loseTrack() {
        conversation.end(SessionEnd.ERRORS, replies.fault(new Command.Invalid(Command.Fault.BDAT_SYNTAX)));
    }

    private void understand(String text) {
        Command command = CommandParser.parse(text);
        boolean tooLong = text.length() + 2 > conversation.commandLine() && command.verb() != Verb.AUTH;
        boolean invalidOrTooLong = tooLong || command instanceof Command.Invalid;
        if (invalidOrTooLong && Commands.announcesOctets(text)) {
            loseTrack();
        } else if (tooLong) {
            conversation.complain(replies.lineTooLong());
        } else if (command instanceof Command.Invalid invalid && invalid.fault() == Command.Fault.HTTP_REQUEST) {
            // What follows was not written by whoever connected: no line of it may be taken for a command.
            conversation.end(SessionEnd.ERRORS, replies.fault(invalid));
        } else if (command instanceof Command.Invalid invalid) {
            conversation.complain(replies.fault(invalid));
        } else if (!conversation.owed().isEmpty() && Commands.waits(command.verb(), conversation.state())) {
            input.park(command);
        } else {
            commands.perform(command);
        }
    }

    /** Moves back what an optimistic step moved too far; from DATA or BDAT on, only their own replies may. */
    private void correct() {
        if (conversation.is(ReceiverState.MAIL_GIVEN) || conversation.is(ReceiverState.RCPT_GIVEN)) {
            conversation.move(mail.state());
        }
    }
}
