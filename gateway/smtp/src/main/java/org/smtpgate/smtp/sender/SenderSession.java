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
    /** What must be over before a command may be sent; the first is under way. */
    private final Deque<Step> steps = new ArrayDeque<>(4);

    private final Outbox outbox = new Outbox(actions);
    private final Introducer introducer;
    private final Recipients recipients;
    private final OpenMail mail = new OpenMail();

    private Life life = Life.SHAKING_HANDS;
    private Login login;
    private Capabilities capabilities = Capabilities.NONE;

    /** @param argument of its command; null when it has none */
    private record Step(Stage stage, String argument) {}

    public SenderSession(Handshake handshake) {
        this.handshake = handshake;
        this.introducer = new Introducer(handshake.logsIn());
        this.recipients = new Recipients(handshake.isLmtp());
        handshake.steps().forEach(stage -> steps.add(new Step(stage, null)));
        outbox.await(steps.element().stage());
    }

    // What goes in

    /** Bytes of the upstream; all of them are used. Whether a reply ended in them, so that another one is due. */
    public boolean receive(ByteBuffer bytes) {
        boolean replied = false;
        while (bytes.hasRemaining() && life != Life.LOST) {
            switch (parser.take(bytes)) {
                case MORE -> {}
                case GARBAGE -> lose(Loss.Kind.PROTOCOL, null, "not an SMTP reply");
                case REPLY -> {
                    replied = true;
                    answered(parser.reply(), bytes.hasRemaining());
                }
            }
        }
        sendHeld();
        return replied;
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
            login.authenticate(mechanism, initial, complete);
        }
    }

    /** Answers the last {@link SenderAction.Challenge}; {@code complete} as in {@link #authenticate}. */
    public void respond(byte[] response, boolean complete) {
        if (life != Life.LOST) {
            login.respond(response, complete);
        }
    }

    /** The driver cannot do what {@link SenderAction.Authenticate} or {@link SenderAction.Challenge} asked for. */
    public void giveUp(String why) {
        if (life != Life.LOST) {
            loseIf(login.giveUp(why));
        }
    }

    /**
     * Makes the client of the next transaction known before its MAIL, which waits until that is done with all that is sent
     * behind it. Where it cannot be done there is a {@link SenderAction.NotIntroduced} or a loss.
     *
     * @return whether {@link SenderAction.XclientOver} is to come first: what is offered may be something else then
     */
    public boolean introduce(Introduction introduction) {
        introducer.begin(introduction);
        boolean byXclient = introducer.due() == Stage.XCLIENT;
        sendHeld();
        return byXclient;
    }

    /** Sends a command of a transaction; only when ready. A lost connection takes none, and has said so. */
    public void send(Command command) {
        if (life != Life.LOST) {
            recipients.asked(command);
            outbox.hold(command);
            sendHeld();
        }
    }

    /**
     * Begins a chunk; only when it {@link #takesChunk()}. Its reply is awaited from its last byte on: whatever is said
     * before is no answer to it.
     *
     * @return what to write right before its octets
     */
    public byte[] beginChunk(Command.Bdat chunk) {
        if (!takesChunk()) {
            throw new IllegalStateException("a chunk before its turn");
        }
        mail.beginChunk(chunk);
        return CommandWriter.write(chunk, capabilities);
    }

    /** The last byte of the content, or of the chunk, has been written: the reply to it is awaited from now on. */
    public void contentEnded() {
        Stage end = mail.contentEnded();
        outbox.await(end, recipients.repliesTo(end));
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
        if (!outbox.awaitsNothing()) {
            return outbox.awaited();
        }
        return mail.hasContent()
                ? Stage.CONTENT
                : steps.isEmpty() ? null : steps.element().stage();
    }

    /** Whether a chunk may be begun: nothing waits to be written before it. */
    public boolean takesChunk() {
        boolean turn = outbox.isEmpty() || outbox.takesAnother(capabilities);
        return turn && steps.isEmpty() && actions.isEmpty() && !mail.hasContent() && life == Life.READY;
    }

    /** Whether another transaction may begin: nothing is awaited, nothing half read, and none is open. */
    public boolean reusable() {
        boolean silent = outbox.isEmpty() && steps.isEmpty() && parser.isEmpty();
        return silent && life != Life.LOST && mail.isNone();
    }

    public Capabilities capabilities() {
        return capabilities;
    }

    // What comes out

    public SenderAction poll() {
        return actions.poll();
    }

    private void answered(Reply reply, boolean more) {
        Stage stage = outbox.awaitsNothing() ? Stage.CONTENT : outbox.answered();
        if (stage == Stage.AUTH && reply.code() == 334) {
            loseIf(login.challenged(reply));
            return;
        }
        if (stage == Stage.QUIT) {
            // Whatever it says: nobody asks for anything more.
            lose(Loss.Kind.RETIRED, reply, "after QUIT");
            return;
        }
        Reply answer = recipients.answer(stage, reply);
        if (answer != null) {
            judge(stage, answer, more);
        }
    }

    private void judge(Stage stage, Reply reply, boolean more) {
        switch (recipients.meaningOf(stage, reply)) {
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
        if (!steps.isEmpty()) {
            stepDone(stage, reply, more);
        } else if (stage != Stage.XFORWARD) {
            mail.done(stage, outbox.awaits(Stage.MAIL));
            actions.add(new SenderAction.Answer(stage, reply));
        }
    }

    private void refused(Stage stage, Reply reply) {
        if (!steps.isEmpty()) {
            stepRefused(stage, reply);
        } else if (stage == Stage.CONTENT) {
            lose(mail.hasContent() ? Loss.Kind.EARLY_REPLY : Loss.Kind.PROTOCOL, reply, "while " + describe(stage));
        } else if (stage == Stage.XFORWARD) {
            actions.add(new SenderAction.NotIntroduced(stage, reply));
        } else {
            mail.refused(stage);
            actions.add(new SenderAction.Answer(stage, reply));
        }
    }

    // Steps

    private void stepDone(Stage stage, Reply reply, boolean more) {
        switch (stage) {
            case STARTTLS -> {
                if (more) {
                    lose(Loss.Kind.PROTOCOL, null, PLAINTEXT_BEHIND_STARTTLS);
                } else {
                    actions.add(new SenderAction.StartTls());
                }
            }
            case AUTH -> {
                if (!loseIf(login.accepted(reply))) {
                    actions.add(new SenderAction.LoggedIn());
                    nextStep();
                }
            }
            case XCLIENT -> {
                introducer.xclientTaken();
                nextStep();
            }
            default -> {
                capabilities = stage == handshake.hello() ? Capabilities.of(reply) : Capabilities.NONE;
                nextStep();
            }
        }
    }

    private void stepRefused(Stage stage, Reply reply) {
        if (stage == Stage.AUTH) {
            loseIf(login.refused(reply));
        } else if (stage == Stage.XCLIENT) {
            steps.clear();
            notIntroduced(reply, "while " + describe(stage));
        } else if (stage == Stage.EHLO && reply.severity() == 5 && !handshake.needsTls()) {
            // A server from before ESMTP (RFC 5321 section 3.2); it cannot know STARTTLS.
            outbox.write(Stage.HELO, handshake.ehloName());
        } else {
            lose(Loss.Kind.HANDSHAKE, reply, "while " + describe(stage));
        }
    }

    private void nextStep() {
        steps.remove();
        if (!steps.isEmpty()) {
            beginStep();
        } else if (life == Life.SHAKING_HANDS) {
            life = Life.READY;
            actions.add(new SenderAction.Ready(capabilities));
        } else {
            introducer.xclientOver();
            actions.add(new SenderAction.XclientOver());
        }
    }

    private void beginStep() {
        Step step = steps.element();
        switch (step.stage()) {
            case STARTTLS -> {
                if (capabilities.has(Extension.STARTTLS)) {
                    outbox.write(Stage.STARTTLS);
                } else {
                    lose(Loss.Kind.TLS, null, "the upstream does not offer STARTTLS");
                }
            }
            case AUTH -> {
                login = new Login(actions, outbox, capabilities.mechanisms());
                loseIf(login.begin());
            }
            case EHLO, LHLO -> outbox.write(step.stage(), handshake.ehloName());
            default -> outbox.write(step.stage(), step.argument());
        }
    }

    // Introductions

    /** Whether it could be begun: nothing may be owed when the session is made new. */
    private boolean xclient() {
        if (!outbox.awaitsNothing()) {
            return false;
        }
        List<String> lines = introducer.xclient(capabilities);
        if (lines.isEmpty()) {
            notIntroduced(null, "the upstream does not offer XCLIENT");
            return true;
        }
        lines.forEach(line -> steps.add(new Step(Stage.XCLIENT, line)));
        // It makes the session new.
        steps.add(new Step(handshake.hello(), null));
        if (handshake.logsIn()) {
            steps.add(new Step(Stage.AUTH, null));
        }
        beginStep();
        return true;
    }

    private void notIntroduced(Reply refusal, String text) {
        if (introducer.mayDoWithout()) {
            actions.add(new SenderAction.NotIntroduced(Stage.XCLIENT, refusal));
            actions.add(new SenderAction.XclientOver());
        } else {
            lose(Loss.Kind.INTRODUCTION, refusal, text);
        }
    }

    private void xforward() {
        List<String> lines = introducer.xforward(capabilities);
        if (lines.isEmpty()) {
            actions.add(new SenderAction.NotIntroduced(Stage.XFORWARD, null));
        }
        outbox.holdFirst(Stage.XFORWARD, lines);
    }

    // Writing

    /** Only when all bytes are used: a reply that was there before its command was sent is no answer to it. */
    private void sendHeld() {
        while (steps.isEmpty() && life != Life.LOST && sendNext()) {
            // One after the other.
        }
    }

    private boolean sendNext() {
        Stage next = outbox.next(capabilities);
        if (introducer.due() == Stage.XCLIENT && (next == null || next == Stage.MAIL)) {
            return xclient();
        }
        if (introducer.due() == Stage.XFORWARD && next == Stage.MAIL) {
            xforward();
        } else if (next != null) {
            outbox.writeNext(capabilities, introducer.submitter());
            if (next == Stage.MAIL) {
                mail.begin();
            }
            life = next == Stage.QUIT ? Life.QUITTING : life;
        }
        return next != null;
    }

    private String describe(Stage stage) {
        if (stage == Stage.CONTENT && !mail.hasContent()) {
            return "nothing was asked";
        }
        return "awaiting the reply to " + stage;
    }

    private void lose(Loss.Kind kind, Reply reply, String text) {
        loseIf(new Loss(kind, reply, text));
    }

    /** Whether there is a loss. */
    private boolean loseIf(Loss loss) {
        if (loss != null && life != Life.LOST) {
            Loss.Kind kind = life == Life.QUITTING ? Loss.Kind.RETIRED : loss.kind();
            actions.add(new SenderAction.Lost(new Loss(kind, loss.reply(), loss.text())));
            life = Life.LOST;
        }
        return loss != null;
    }
}
