package org.smtpgate.smtp.sender;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
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

    private enum Life {
        SHAKING_HANDS,
        READY,
        /** The gateway has said QUIT: whatever ends the connection now was asked for. */
        QUITTING,
        LOST
    }

    private final Handshake handshake;
    private final ReplyParser parser = new ReplyParser();
    private final Deque<SenderAction> actions = new ArrayDeque<>(4);
    /** What must be over before a command may be sent; the first is under way. */
    private final Deque<Stage> steps;
    /** Stages whose reply is outstanding, oldest first. */
    private final Deque<Stage> awaited = new ArrayDeque<>(4);
    /** Commands that wait because the upstream takes one at a time. */
    private final Deque<Command> held = new ArrayDeque<>(0);

    private Life life = Life.SHAKING_HANDS;
    private Login login;
    private boolean contentOpen;
    private boolean transactionOpen;
    private Capabilities capabilities = Capabilities.NONE;

    public SenderSession(Handshake handshake) {
        this.handshake = handshake;
        steps = new ArrayDeque<>(handshake.steps());
        awaited.add(steps.peek());
    }

    // What goes in

    /** Bytes of the upstream; all of them are used. */
    public void receive(ByteBuffer bytes) {
        while (bytes.hasRemaining() && life != Life.LOST) {
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
        } else if (life != Life.LOST) {
            nextStep();
        }
    }

    /**
     * Logs in, as {@link SenderAction.Authenticate} asked for. Without effect on a lost connection.
     *
     * @param initial what the mechanism says first; null when the upstream does
     * @param complete whether the mechanism needs nothing more: only then is a 235 a success
     */
    public void authenticate(String mechanism, byte[] initial, boolean complete) {
        if (life != Life.LOST) {
            write(Stage.AUTH, CommandWriter.line(login.begin(mechanism, initial, complete)));
        }
    }

    /** Answers the last {@link SenderAction.Challenge}; {@code complete} as in {@link #authenticate}. */
    public void respond(byte[] response, boolean complete) {
        if (life != Life.LOST) {
            write(Stage.AUTH, CommandWriter.line(login.respond(response, complete)));
        }
    }

    /** The driver cannot do what {@link SenderAction.Authenticate} or {@link SenderAction.Challenge} asked for. */
    public void giveUp(String why) {
        if (life == Life.LOST) {
            return;
        }
        if (login.challenged()) {
            write(Stage.AUTH, CommandWriter.line(login.cancel(why)));
        } else {
            lose(Loss.Kind.AUTHENTICATION, login.refusal(), why);
        }
    }

    /** Sends a command of a transaction; only when ready. A lost connection takes none, and has said so. */
    public void send(Command command) {
        if (life == Life.LOST) {
            return;
        }
        if (mayWrite() && held.isEmpty()) {
            write(command);
        } else {
            held.add(command);
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

    /**
     * The oldest stage whose reply is awaited, or the step that the driver is at; CONTENT while content may be written;
     * null when nothing is.
     */
    public Stage awaiting() {
        if (!awaited.isEmpty()) {
            return awaited.peek();
        }
        return contentOpen ? Stage.CONTENT : steps.peek();
    }

    /** Whether another transaction may begin: nothing is awaited, nothing half read, and none is open. */
    public boolean reusable() {
        boolean silent = awaited.isEmpty() && held.isEmpty() && steps.isEmpty() && parser.isEmpty();
        return silent && life != Life.LOST && !transactionOpen && !contentOpen;
    }

    /** Whether the handshake is over. */
    public boolean ready() {
        return life != Life.SHAKING_HANDS;
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
        if (stage == Stage.AUTH && reply.code() == 334) {
            challenged(reply);
            return;
        }
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
        } else if (!steps.isEmpty()) {
            stepDone(stage, reply, more);
        } else {
            contentOpen = stage == Stage.DATA;
            transactionOpen &= stage != Stage.END_OF_DATA && stage != Stage.RSET;
            actions.add(new SenderAction.Answer(stage, reply));
        }
    }

    private void refused(Stage stage, Reply reply) {
        if (!steps.isEmpty()) {
            stepRefused(stage, reply);
        } else if (awaited.isEmpty() && stage == Stage.CONTENT) {
            lose(contentOpen ? Loss.Kind.EARLY_REPLY : Loss.Kind.PROTOCOL, reply, "while " + describe(stage));
        } else {
            transactionOpen &= stage != Stage.MAIL && stage != Stage.END_OF_DATA;
            actions.add(new SenderAction.Answer(stage, reply));
        }
    }

    // Steps

    private void stepDone(Stage stage, Reply reply, boolean more) {
        if (stage == Stage.STARTTLS && more) {
            lose(Loss.Kind.PROTOCOL, null, PLAINTEXT_BEHIND_STARTTLS);
        } else if (stage == Stage.STARTTLS) {
            actions.add(new SenderAction.StartTls());
        } else if (stage == Stage.AUTH && !login.mayEnd()) {
            lose(Loss.Kind.AUTHENTICATION, reply, "a success that does not show that the upstream knows the secret");
        } else {
            if (stage != Stage.AUTH) {
                capabilities = stage == Stage.EHLO ? Capabilities.of(reply) : Capabilities.NONE;
            }
            nextStep();
        }
    }

    private void stepRefused(Stage stage, Reply reply) {
        if (stage == Stage.AUTH) {
            loginRefused(reply);
        } else if (stage == Stage.EHLO && reply.severity() == 5 && !handshake.needsTls()) {
            // A server from before ESMTP (RFC 5321 section 3.2); it cannot know STARTTLS.
            write(new Command.Helo(handshake.ehloName()));
        } else {
            lose(Loss.Kind.HANDSHAKE, reply, "while " + describe(stage));
        }
    }

    private void nextStep() {
        steps.remove();
        if (steps.isEmpty()) {
            life = Life.READY;
            actions.add(new SenderAction.Ready(capabilities));
            return;
        }
        switch (steps.peek()) {
            case STARTTLS -> {
                if (capabilities.has(Extension.STARTTLS)) {
                    write(new Command.Plain(Verb.STARTTLS));
                } else {
                    lose(Loss.Kind.TLS, null, "the upstream does not offer STARTTLS");
                }
            }
            case AUTH -> {
                login = new Login();
                wantLogin();
            }
            default -> write(new Command.Ehlo(handshake.ehloName()));
        }
    }

    // The login

    private void wantLogin() {
        List<String> mechanisms = capabilities.mechanisms();
        if (mechanisms.isEmpty()) {
            lose(Loss.Kind.AUTHENTICATION, null, "the upstream does not offer AUTH");
        } else {
            actions.add(new SenderAction.Authenticate(mechanisms, login.refusal()));
        }
    }

    private void challenged(Reply challenge) {
        if (login.endless()) {
            lose(Loss.Kind.PROTOCOL, challenge, "while " + describe(Stage.AUTH));
            return;
        }
        String answer = login.challenge(challenge);
        if (answer == null) {
            actions.add(new SenderAction.Challenge(Login.decode(challenge)));
        } else {
            write(Stage.AUTH, CommandWriter.line(answer));
        }
    }

    private void loginRefused(Reply reply) {
        if (login.refused(reply)) {
            wantLogin();
        } else {
            lose(Loss.Kind.AUTHENTICATION, reply, login.why());
        }
    }

    // Writing

    private boolean mayWrite() {
        return steps.isEmpty() && (awaited.isEmpty() || capabilities.has(Extension.PIPELINING));
    }

    private void write(Command command) {
        transactionOpen |= command.verb() == Verb.MAIL;
        if (command.verb() == Verb.QUIT) {
            life = Life.QUITTING;
        }
        write(Stage.valueOf(command.verb().name()), CommandWriter.write(command, capabilities));
    }

    private void write(Stage stage, byte[] line) {
        awaited.add(stage);
        actions.add(new SenderAction.Write(line));
    }

    /** Only when all bytes are used: a reply that was there before its command was sent is no answer to it. */
    private void sendHeld() {
        while (!held.isEmpty() && mayWrite() && life != Life.LOST) {
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
        if (life == Life.LOST) {
            return;
        }
        actions.add(new SenderAction.Lost(new Loss(life == Life.QUITTING ? Loss.Kind.RETIRED : kind, reply, text)));
        life = Life.LOST;
    }
}
