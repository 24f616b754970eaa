package org.smtpgate.auth.dovecot;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A connection to the auth server, on which many logins are under way, told apart by their numbers. Confined to the event
 * loop that it was made on.
 */
final class AuthConnection implements AuthRequest.Wire {
    /** Octets that wait for a server that does not read: thousands of logins, or some hundred of the longest. */
    private static final int MAX_UNSENT = 4 * 1024 * 1024;

    private static final String MINOR_VERSION = "2";

    private final Vertx vertx;
    private final NetSocket socket;
    private final Duration answerTimeout;
    private final Handler<DovecotException> onEnd;
    private final LineReader reader = new LineReader(this::take);
    private final Handshake handshake = new Handshake();
    private final Promise<Offer> offer = Promise.promise();
    private final Map<Integer, AuthRequest> requests = new LinkedHashMap<>();

    private int lastId;
    private long heardAt;
    private boolean ended;

    /** @param onEnd what to do when it is over, whoever ended it */
    AuthConnection(Vertx vertx, NetSocket socket, Duration answerTimeout, Handler<DovecotException> onEnd) {
        this.vertx = vertx;
        this.socket = socket;
        this.answerTimeout = answerTimeout;
        this.onEnd = onEnd;
        socket.setWriteQueueMaxSize(MAX_UNSENT);
        socket.handler(this::read);
        socket.exceptionHandler(failure -> end(new DovecotException("the connection broke: " + failure.getMessage())));
        socket.closeHandler(closed -> end(new DovecotException("the server closed the connection")));
        send(new AuthLine("VERSION", "1", MINOR_VERSION).octets());
        send(new AuthLine("CPID", Integer.toString(randomPid())).octets());
    }

    /** What the server said that it offers, at the handshake's end; fails when the connection ends before. */
    Future<Offer> offer() {
        return offer.future();
    }

    /** A login that counts as under way from now on. */
    AuthRequest newRequest() {
        do {
            lastId = lastId == Integer.MAX_VALUE ? 1 : lastId + 1;
        } while (requests.containsKey(lastId));
        AuthRequest request = new AuthRequest(lastId, this);
        requests.put(lastId, request);
        return request;
    }

    int underWay() {
        return requests.size();
    }

    /** The oldest of those that wait for their clients, if there are any. */
    Optional<AuthRequest> longestIdle() {
        return requests.values().stream().filter(AuthRequest::waitsForClient).findFirst();
    }

    /** Closes it; all that is under way fails with the reason. */
    void end(DovecotException reason) {
        if (ended) {
            return;
        }
        ended = true;
        socket.close();
        List<AuthRequest> left = List.copyOf(requests.values());
        onEnd.handle(reason);
        offer.tryFail(reason);
        left.forEach(request -> request.fail(reason));
    }

    @Override
    public void send(byte[] octets) {
        if (!ended) {
            socket.write(Buffer.buffer(octets));
        }
    }

    @Override
    public boolean full() {
        return socket.writeQueueFull();
    }

    @Override
    public long startTimer(AuthRequest request) {
        return vertx.setTimer(answerTimeout.toMillis(), late -> request.overdue(answerTimeout));
    }

    @Override
    public void cancelTimer(long timer) {
        vertx.cancelTimer(timer);
    }

    @Override
    public void forget(int id) {
        requests.remove(id);
    }

    /** Who has not said a word since then, to anybody, is not there any more: half-open connections look so. */
    @Override
    public void unanswered(long sentAt) {
        if (heardAt - sentAt < 0) {
            end(new DovecotException("the server is silent"));
        }
    }

    private void read(Buffer octets) {
        heardAt = System.nanoTime();
        try {
            reader.read(octets);
        } catch (BrokenProtocolException broken) {
            end(new DovecotException("the server broke the protocol: " + broken.getMessage()));
        }
    }

    private void take(byte[] octets) throws BrokenProtocolException {
        if (ended) {
            return;
        }
        AuthLine line = AuthLine.parse(octets);
        if (!offer.future().isComplete()) {
            handshake.take(line).ifPresent(offer::complete);
            return;
        }
        switch (line.command()) {
            case "CONT", "OK", "FAIL" -> answer(line);
            default -> {
                // Of a version to come.
            }
        }
    }

    private void answer(AuthLine line) throws BrokenProtocolException {
        AuthRequest request = requests.get(id(line));
        // Null when it was given up before.
        if (request != null) {
            request.answered(Answer.of(line));
        }
    }

    private static int id(AuthLine line) throws BrokenProtocolException {
        try {
            return Integer.parseInt(line.field(0));
        } catch (NumberFormatException e) {
            throw new BrokenProtocolException("an answer without a number");
        }
    }

    /**
     * Dovecot may hang up on the second connection with one number, and gateways in containers are all process 1; who has
     * not asked for a login process does not use it otherwise.
     */
    private static int randomPid() {
        return ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
    }
}
