package org.smtpgate.smtp.receiver;

import java.util.ArrayDeque;
import java.util.Deque;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.Limits;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.ServerLimit;
import org.smtpgate.smtp.Stage;

/**
 * Where one session stands: its state, the replies that it owes, the actions that it wants; and the rules of its ending.
 * Moved by {@link ReceiverSession} and the parts of it, through {@link #move}.
 */
final class Conversation {
    private final ReceiverSettings settings;
    private final Replies replies;
    private final Input input;
    private final ReplyQueue owed = new ReplyQueue();
    private final Deque<ReceiverAction> actions = new ArrayDeque<>(4);
    private ReceiverState state = ReceiverState.CONNECTED;
    private boolean encrypted;
    /** DATA, BDAT or MAIL failed: a client that sends its content all the same would take a 221 for the answer to it. */
    private boolean contentMayCome;

    private int errors;
    private SessionEnd end;
    private String helo;
    private boolean esmtp;
    /** What the client was told at its last greeting. */
    private Capabilities offered = Capabilities.NONE;

    private int commandLine;

    Conversation(ReceiverSettings settings, Replies replies, boolean encrypted) {
        this.settings = settings;
        this.replies = replies;
        this.encrypted = encrypted;
        this.input = new Input(settings.limits().authLine());
        this.commandLine = settings.limits().commandLine();
    }

    ReceiverSettings settings() {
        return settings;
    }

    Limits limits() {
        return settings.limits();
    }

    Replies replies() {
        return replies;
    }

    Input input() {
        return input;
    }

    ReplyQueue owed() {
        return owed;
    }

    Deque<ReceiverAction> actions() {
        return actions;
    }

    ReceiverState state() {
        return state;
    }

    boolean is(ReceiverState candidate) {
        return state == candidate;
    }

    void move(ReceiverState next) {
        state = next;
    }

    boolean encrypted() {
        return encrypted;
    }

    void encrypt() {
        encrypted = true;
        greetedBy(null, false, Capabilities.NONE);
    }

    /** @param esmtp whether it said EHLO rather than HELO */
    void greetedBy(String domain, boolean esmtp, Capabilities offer) {
        this.helo = domain;
        this.esmtp = esmtp;
        this.offered = offer;
        this.commandLine = limits().commandLine() + Offer.addedToLine(offer);
    }

    Capabilities offered() {
        return offered;
    }

    /** The longest command line that is taken now, in octets with its CRLF. */
    int commandLine() {
        return commandLine;
    }

    /** The most recipients of a transaction. */
    long recipientsMax() {
        return Math.min(limits().recipients(), offered.most(ServerLimit.RCPTMAX));
    }

    /** What the client called itself; null before it did. */
    String helo() {
        return helo;
    }

    boolean esmtp() {
        return esmtp;
    }

    void contentRefused() {
        contentMayCome = true;
    }

    /** The client gave a command that no content looks like. */
    void newGroup() {
        contentMayCome = false;
    }

    SessionEnd end() {
        return end;
    }

    /** Whether the last reply is on its way, or gone. */
    boolean ended() {
        return is(ReceiverState.ENDING) || is(ReceiverState.CLOSED);
    }

    /** Whether no transaction is open, no command unanswered, and no byte unread. */
    boolean idle() {
        return state.resting() && owed.isEmpty() && actions.isEmpty() && input.isEmpty();
    }

    // Replies

    void reply(Reply reply) {
        owed.add(reply);
    }

    OwedReply owe(Stage stage) {
        return owed.owe(stage);
    }

    void want(ReceiverAction action) {
        actions.add(action);
    }

    /** A reply to an error of the client's, of which a session has a bounded number. */
    void complain(Reply reply) {
        owed.add(reply);
        countError();
    }

    void countError() {
        if (++errors >= limits().errors()) {
            end(SessionEnd.ERRORS, ending(Ending.ERRORS));
        }
    }

    // Ending

    Reply ending(Ending ending) {
        return replies.ending(ending, polite(ending));
    }

    /** For an ending that cuts in: 221 only where it cannot stand for an answer (invariant 1 of the closure contract). */
    Reply lastWords(Ending ending) {
        return replies.ending(ending, idle() && polite(ending));
    }

    /** For the end of an idle session with its upstream. */
    Reply upstreamClosed(boolean politely) {
        return politely && !contentMayCome ? replies.goodbye() : replies.upstreamClosed();
    }

    /** Not in a transaction: the last chunk of its content may be behind whatever ends it, and take a 221 for its reply. */
    private boolean polite(Ending ending) {
        return settings.closeWith221().contains(ending) && !contentMayCome && !state.inTransaction();
    }

    /** Ends the session once all that is owed before has been answered. */
    void end(SessionEnd why, Reply last) {
        if (ended()) {
            return;
        }
        state = ReceiverState.ENDING;
        end = why;
        input.drop();
        if (last != null) {
            owed.add(last);
        }
    }

    /** Ends the session without waiting for anybody's answer: the last reply stands for the oldest that is missing. */
    void endNow(SessionEnd why, Reply last) {
        boolean cut = owed.cut();
        if (is(ReceiverState.ENDING) && cut) {
            owed.add(last);
        } else if (!ended()) {
            actions.clear();
            end(why, is(ReceiverState.TLS_PENDING) ? null : last);
        }
    }
}
