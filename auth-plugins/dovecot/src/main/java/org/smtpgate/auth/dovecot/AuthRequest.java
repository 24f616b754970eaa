package org.smtpgate.auth.dovecot;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.smtpgate.auth.InvalidCredentialsException;

/**
 * One login on a connection. Confined to the connection's event loop.
 *
 * <pre>
 * CLIENT: AUTH 7 CRAM-MD5 service=smtp …
 * SERVER: CONT 7 PDE4OTYu…
 * CLIENT: CONT 7 YWxpY2Ug…
 * SERVER: OK 7 user=alice
 * </pre>
 */
final class AuthRequest {
    /** Dovecot drops a request after 150 s, and then takes the client's answer for a wrong one. */
    private static final Duration LONGEST = Duration.ofSeconds(140);

    /** The connection, as its requests see it. */
    interface Wire {
        /** Sends as soon as it can. */
        void send(byte[] octets);

        /** Whether so much is unsent that nothing is to be added. */
        boolean full();

        /** Calls this request's {@link #overdue} when an answer takes too long. */
        long startTimer(AuthRequest request);

        void cancelTimer(long timer);

        /** The request is over. */
        void forget(int id);

        /** It has not answered a question that was sent at this {@link System#nanoTime}. */
        void unanswered(long sentAt);
    }

    private enum State {
        NEW,
        SERVER_TO_ANSWER,
        CLIENT_TO_ANSWER,
        OVER
    }

    private final int id;
    private final Wire wire;
    private final long begunAt = System.nanoTime();

    private State state = State.NEW;
    private Promise<Answer> owed;
    private long sentAt;
    private long timer;

    /** What is said to a client that goes on when all is over. */
    private Future<Answer> end = Future.failedFuture(new DovecotException("the login is over"));

    AuthRequest(int id, Wire wire) {
        this.id = id;
        this.wire = wire;
    }

    /**
     * Asks the server.
     *
     * @param message the client's initial response; null when it sent none
     */
    Future<Answer> begin(String mechanism, List<String> parameters, byte[] message) {
        List<String> fields = new ArrayList<>(List.of(Integer.toString(id), mechanism));
        fields.addAll(parameters);
        if (message != null) {
            // Dovecot takes what follows it for a mistake.
            fields.add("resp=" + Base64.getEncoder().encodeToString(message));
        }
        return ask(new AuthLine("AUTH", fields));
    }

    /** Answers the server's challenge. */
    Future<Answer> goOn(byte[] message) {
        if (state == State.CLIENT_TO_ANSWER && System.nanoTime() - begunAt > LONGEST.toNanos()) {
            giveUp(new DovecotException("the client took longer than " + LONGEST.toSeconds() + " s"));
        }
        if (state != State.CLIENT_TO_ANSWER) {
            return end;
        }
        return ask(
                new AuthLine("CONT", Integer.toString(id), Base64.getEncoder().encodeToString(message)));
    }

    boolean waitsForClient() {
        return state == State.CLIENT_TO_ANSWER;
    }

    /** Tells the server that nobody waits any more, and fails what is owed. */
    void giveUp(RuntimeException reason) {
        if ((state == State.SERVER_TO_ANSWER || state == State.CLIENT_TO_ANSWER) && !wire.full()) {
            wire.send(new AuthLine("CANCEL", Integer.toString(id)).octets());
        }
        fail(reason);
    }

    /** The server has answered. */
    void answered(Answer answer) throws BrokenProtocolException {
        if (state == State.CLIENT_TO_ANSWER && answer instanceof Answer.Refused) {
            over();
            end = Future.succeededFuture(answer);
            return;
        }
        if (state != State.SERVER_TO_ANSWER) {
            throw new BrokenProtocolException("an answer to what was not asked");
        }
        wire.cancelTimer(timer);
        if (answer instanceof Answer.Challenge) {
            state = State.CLIENT_TO_ANSWER;
        } else {
            over();
        }
        owed.complete(answer);
    }

    /** Nothing can be asked any more. */
    void fail(RuntimeException reason) {
        State before = state;
        over();
        if (before == State.SERVER_TO_ANSWER) {
            wire.cancelTimer(timer);
            owed.fail(reason);
        } else if (before != State.OVER) {
            end = Future.failedFuture(reason);
        }
    }

    void overdue(Duration limit) {
        long asked = sentAt;
        giveUp(new DovecotException("no answer within " + limit.toMillis() + " ms"));
        wire.unanswered(asked);
    }

    private Future<Answer> ask(AuthLine line) {
        byte[] octets = line.octets();
        if (octets.length >= AuthLine.MAX_OCTETS) {
            // Dovecot would hang up, on all others too; so nobody has such a password.
            giveUp(new InvalidCredentialsException());
            return end;
        }
        if (wire.full()) {
            giveUp(new DovecotException("the server does not take what it is sent"));
            return end;
        }
        state = State.SERVER_TO_ANSWER;
        owed = Promise.promise();
        sentAt = System.nanoTime();
        timer = wire.startTimer(this);
        wire.send(octets);
        return owed.future();
    }

    private void over() {
        if (state != State.OVER) {
            state = State.OVER;
            wire.forget(id);
        }
    }
}
