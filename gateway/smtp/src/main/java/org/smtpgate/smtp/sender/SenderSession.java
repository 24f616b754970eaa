package org.smtpgate.smtp.sender;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Extension;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Verb;
import org.smtpgate.smtp.wire.CommandWriter;
import org.smtpgate.smtp.wire.ReplyParser;

/**
 * One upstream connection's dialogue, as a pure machine: the handshake, then commands out and replies in.
 *
 * <p>Replies are matched to commands in order. Only what {@link Stage} calls success is success; anything that ends the
 * connection, or should not be there, is a {@link Loss}, after which nothing more comes out. The driver polls until null
 * after each input.
 */
public final class SenderSession {
    /** The upstream's side of STARTTLS injection: what is put on the wire in the clear must not count as encrypted. */
    private static final String PLAINTEXT_BEHIND_STARTTLS = "plaintext behind the reply to STARTTLS";

    private final Handshake handshake;
    private final ReplyParser parser = new ReplyParser();
    private final Deque<SenderAction> actions = new ArrayDeque<>(4);
    /** Stages whose reply is outstanding, oldest first. */
    private final Deque<Stage> awaited = new ArrayDeque<>(4);
    /** Commands that wait because the upstream takes one at a time. */
    private final Deque<Command> held = new ArrayDeque<>(0);

    private int step;
    private boolean lost;
    private boolean quitting;
    private boolean contentOpen;
    private boolean transactionOpen;
    private Capabilities capabilities = Capabilities.NONE;

    public SenderSession(Handshake handshake) {
        this.handshake = handshake;
        awaited.add(handshake.steps().get(0));
    }

    // What goes in

    /** Bytes of the upstream; all of them are used. */
    public void receive(ByteBuffer bytes) {
        while (bytes.hasRemaining() && !lost) {
            switch (parser.take(bytes)) {
                case MORE -> {}
                case GARBAGE -> lose(Loss.Kind.PROTOCOL, null, "not an SMTP reply");
                case REPLY -> answered(parser.reply(), bytes.hasRemaining());
            }
        }
        sendHeld();
    }

    /** The handshake of TLS is done. */
    public void tlsStarted() {
        if (!parser.isEmpty()) {
            lose(Loss.Kind.PROTOCOL, null, PLAINTEXT_BEHIND_STARTTLS);
        } else if (!lost) {
            nextStep();
        }
    }

    /** Sends a command of a transaction; only when ready. A lost connection takes none, and has said so. */
    public void send(Command command) {
        if (lost) {
            return;
        }
        boolean another = !awaited.isEmpty() || !held.isEmpty();
        if (another && !capabilities.has(Extension.PIPELINING)) {
            held.add(command);
        } else {
            write(command);
        }
    }

    /** The last byte of the content has been written: the reply to the message is awaited from now on. */
    public void contentEnded() {
        contentOpen = false;
        awaited.add(Stage.END_OF_DATA);
    }

    /** The connection ended, or is to be ended, in a way that is not part of the dialogue. */
    public void closed(Loss.Kind kind, String text) {
        lose(kind, null, text);
    }

    // What may be asked

    /** The oldest stage whose reply is awaited; CONTENT while content may be written; null when nothing is. */
    public Stage awaiting() {
        return awaited.isEmpty() ? (contentOpen ? Stage.CONTENT : null) : awaited.peek();
    }

    /** Whether another transaction may begin: nothing is awaited, nothing half read, and none is open. */
    public boolean reusable() {
        boolean silent = awaited.isEmpty() && held.isEmpty() && parser.isEmpty();
        return ready() && silent && !lost && !transactionOpen && !contentOpen;
    }

    /** Whether the handshake is over. */
    public boolean ready() {
        return step >= handshake.steps().size();
    }

    public Capabilities capabilities() {
        return capabilities;
    }

    // What comes out

    public SenderAction poll() {
        return actions.poll();
    }

    private void answered(Reply reply, boolean more) {
        Stage stage = awaited.isEmpty() ? Stage.CONTENT : awaited.remove();
        switch (stage.meaningOf(reply)) {
            case DONE -> done(stage, reply, more);
            case REFUSED -> refused(stage, reply);
            case CLOSING -> {
                boolean gone = reply.code() == 421;
                lose(gone ? Loss.Kind.REPLY_421 : Loss.Kind.REPLY_221, reply, "while " + describe(stage));
            }
            case VIOLATION -> lose(Loss.Kind.PROTOCOL, reply, "while " + describe(stage));
        }
    }

    private void done(Stage stage, Reply reply, boolean more) {
        if (stage == Stage.QUIT) {
            lose(Loss.Kind.RETIRED, reply, "after QUIT");
        } else if (ready()) {
            contentOpen = stage == Stage.DATA;
            transactionOpen &= stage != Stage.END_OF_DATA && stage != Stage.RSET;
            actions.add(new SenderAction.Answer(stage, reply));
        } else if (stage == Stage.STARTTLS && more) {
            lose(Loss.Kind.PROTOCOL, null, PLAINTEXT_BEHIND_STARTTLS);
        } else if (stage == Stage.STARTTLS) {
            actions.add(new SenderAction.StartTls());
        } else {
            capabilities = stage == Stage.EHLO ? Capabilities.of(reply) : Capabilities.NONE;
            nextStep();
        }
    }

    private void refused(Stage stage, Reply reply) {
        if (!ready()) {
            // A server from before ESMTP (RFC 5321 section 3.2); it cannot know STARTTLS.
            if (stage == Stage.EHLO && reply.severity() == 5 && !handshake.needsTls()) {
                write(new Command.Helo(handshake.ehloName()));
            } else {
                lose(Loss.Kind.HANDSHAKE, reply, "while " + describe(stage));
            }
        } else if (awaited.isEmpty() && stage == Stage.CONTENT) {
            lose(contentOpen ? Loss.Kind.EARLY_REPLY : Loss.Kind.PROTOCOL, reply, "while " + describe(stage));
        } else {
            transactionOpen &= stage != Stage.MAIL && stage != Stage.END_OF_DATA;
            actions.add(new SenderAction.Answer(stage, reply));
        }
    }

    private void nextStep() {
        step++;
        if (ready()) {
            actions.add(new SenderAction.Ready(capabilities));
            return;
        }
        Stage next = handshake.steps().get(step);
        if (next == Stage.STARTTLS && !capabilities.has(Extension.STARTTLS)) {
            lose(Loss.Kind.TLS, null, "the upstream does not offer STARTTLS");
            return;
        }
        write(next == Stage.EHLO ? new Command.Ehlo(handshake.ehloName()) : new Command.Plain(Verb.STARTTLS));
    }

    private void write(Command command) {
        transactionOpen |= command.verb() == Verb.MAIL;
        quitting |= command.verb() == Verb.QUIT;
        awaited.add(Stage.valueOf(command.verb().name()));
        actions.add(new SenderAction.Write(CommandWriter.write(command, capabilities)));
    }

    /** Only when all bytes are used: a reply that was there before its command was sent is no answer to it. */
    private void sendHeld() {
        if (awaited.isEmpty() && !held.isEmpty() && !lost) {
            write(held.remove());
        }
    }

    private String describe(Stage stage) {
        if (stage == Stage.CONTENT && !contentOpen) {
            return "nothing was asked";
        }
        return "awaiting the reply to " + stage;
    }

    private void lose(Loss.Kind kind, Reply reply, String text) {
        if (lost) {
            return;
        }
        lost = true;
        actions.add(new SenderAction.Lost(new Loss(quitting ? Loss.Kind.RETIRED : kind, reply, text)));
    }
}
