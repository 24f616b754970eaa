package org.smtpgate.smtp.sender;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.smtpgate.smtp.Address;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Octets;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Verb;

/** A {@link SenderSession} with somebody at the other end: says replies, and notes what the session wants done. */
final class Upstream implements SenderAction.Performer {
    static final Command MAIL = new Command.Mail(new Address("a@b"));
    static final Command RCPT = new Command.Rcpt(new Address("c@d"));
    static final Command DATA = new Command.Plain(Verb.DATA);

    final SenderSession session;
    private final List<String> seen = new ArrayList<>();
    private SenderAction asked;
    private Reply answer;
    private Loss loss;
    private boolean xclientOver;

    Upstream(Handshake handshake) {
        session = new SenderSession(handshake);
    }

    /** One that has shaken hands and offers these keywords. */
    static Upstream ready(String... keywords) {
        return new Upstream(Handshake.plain("gate")).offers(keywords);
    }

    /** The same over LMTP. */
    static Upstream readyOverLmtp(String... keywords) {
        return new Upstream(Handshake.plain("gate").overLmtp()).offers(keywords);
    }

    private Upstream offers(String... keywords) {
        says("220 mx\r\n");
        StringBuilder ehlo = new StringBuilder("250-mx\r\n");
        for (String keyword : keywords) {
            ehlo.append("250-").append(keyword).append("\r\n");
        }
        says(ehlo + "250 HELP\r\n");
        seen();
        return this;
    }

    Upstream says(String wire) {
        session.receive(Octets.buffer(wire));
        return pump();
    }

    Upstream says(ByteBuffer wire) {
        session.receive(wire);
        return pump();
    }

    Upstream isTold(Introduction introduction) {
        session.introduce(introduction);
        return pump();
    }

    Upstream isSent(Command... commands) {
        for (Command command : commands) {
            session.send(command);
        }
        return pump();
    }

    Upstream begins(Command.Bdat chunk) {
        write(new SenderAction.Write(session.beginChunk(chunk)));
        return pump();
    }

    Upstream logsIn(String mechanism, byte[] initial, boolean complete) {
        asked = null;
        session.authenticate(mechanism, initial, complete);
        return pump();
    }

    /** Does what a driver does, with a mechanism that has no end. */
    void answersChallenges() {
        if (asked instanceof SenderAction.Authenticate) {
            session.authenticate("PLAIN", new byte[1], true);
        } else if (asked instanceof SenderAction.Challenge) {
            session.respond(new byte[1], true);
        }
        asked = null;
        pump();
    }

    Upstream pump() {
        for (SenderAction next = session.poll(); next != null; next = session.poll()) {
            if (loss != null) {
                throw new AssertionError(next + " after " + loss);
            }
            next.by(this);
        }
        return this;
    }

    /** What was wanted since the last call. */
    List<String> seen() {
        List<String> all = List.copyOf(seen);
        seen.clear();
        return all;
    }

    /** To the content; null while there is none. */
    Reply answer() {
        return answer;
    }

    boolean xclientOver() {
        return xclientOver;
    }

    Loss loss() {
        return loss;
    }

    @Override
    public void write(SenderAction.Write action) {
        seen.add(Octets.text(action.bytes()).replace("\r\n", ""));
    }

    @Override
    public void startTls(SenderAction.StartTls action) {
        seen.add("(TLS)");
    }

    @Override
    public void authenticate(SenderAction.Authenticate action) {
        asked = action;
        seen.add("(log in by " + action.mechanisms()
                + (action.refusal() == null ? "" : " after " + action.refusal().code()) + ")");
    }

    @Override
    public void challenge(SenderAction.Challenge action) {
        asked = action;
        seen.add("(challenge: " + Octets.text(action.bytes()) + ")");
    }

    @Override
    public void loggedIn(SenderAction.LoggedIn action) {
        seen.add("(logged in)");
    }

    @Override
    public void ready(SenderAction.Ready action) {
        seen.add("(ready)");
    }

    @Override
    public void notIntroduced(SenderAction.NotIntroduced action) {
        seen.add("(no " + action.stage()
                + (action.refusal() == null ? "" : ": " + action.refusal().code()) + ")");
    }

    @Override
    public void xclientOver(SenderAction.XclientOver action) {
        xclientOver = true;
    }

    @Override
    public void answer(SenderAction.Answer action) {
        answer = action.stage() == Stage.END_OF_DATA ? action.reply() : null;
        seen.add("(" + action.stage() + ": " + action.reply().code() + ")");
    }

    @Override
    public void lost(SenderAction.Lost action) {
        loss = action.loss();
        seen.add("(lost: " + loss.kind() + ")");
    }
}
