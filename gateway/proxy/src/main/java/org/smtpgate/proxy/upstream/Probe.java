package org.smtpgate.proxy.upstream;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.net.SmtpSocket;
import org.smtpgate.proxy.net.SocketEnd;
import org.smtpgate.proxy.net.SocketHandler;
import org.smtpgate.proxy.upstream.NoLeaseException.Reason;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Verb;
import org.smtpgate.smtp.sender.Loss;
import org.smtpgate.smtp.sender.SenderAction;
import org.smtpgate.smtp.sender.SenderSession;

/**
 * Asks an endpoint whether it is there, and what it offers: greeting, EHLO or LHLO, with STARTTLS another one, and QUIT, so
 * that its log tells of no lost connection. It does not log in. Confined to its event loop.
 */
final class Probe implements SocketHandler, SenderAction.Performer {
    private final Destination destination;
    private final SmtpSocket socket;
    private final SenderSession session;
    private final ConnectionPlan plan;
    private final Deadlines.Deadline deadline;
    private final Promise<Capabilities> result = Promise.promise();
    private Capabilities offered;
    private Loss loss;

    Probe(Destination destination, SmtpSocket socket, ConnectionPlan plan, Deadlines deadlines, Duration most) {
        this.destination = destination;
        this.socket = socket;
        this.plan = plan;
        this.session = new SenderSession(plan.handshake());
        this.deadline = deadlines.create(() -> end(Loss.Kind.TIMEOUT, "no answer in time"));
        deadline.in(most);
        socket.handler(this);
        if (plan.header() != null) {
            socket.write(plan.header());
            socket.flush();
        }
        if (plan.tlsBehindHeader()) {
            shakeHands(() -> {});
        }
    }

    /** What is offered, when the connection is closed; fails with {@link NoLeaseException} when EHLO was not reached. */
    Future<Capabilities> result() {
        return result.future();
    }

    @Override
    public void readable() {
        for (ByteBuffer bytes = socket.next(); bytes != null && loss == null; bytes = socket.next()) {
            session.receive(bytes);
            pump();
        }
        if (socket.inputEnded()) {
            end(Loss.Kind.FIN, "the upstream closed the connection");
        }
    }

    @Override
    public void drained() {
        // It writes too little to wait for room.
    }

    @Override
    public void closed(SocketEnd end) {
        end(Closures.kind(end), "it broke");
        if (offered == null) {
            result.tryFail(new NoLeaseException(Reason.UNREACHABLE, loss.toString(), loss));
        } else {
            result.tryComplete(offered);
        }
    }

    private void end(Loss.Kind kind, String text) {
        session.closed(kind, text);
        pump();
    }

    private void pump() {
        for (SenderAction next = session.poll(); next != null; next = session.poll()) {
            next.by(this);
        }
        socket.flush();
    }

    @Override
    public void write(SenderAction.Write action) {
        socket.write(action.bytes());
    }

    @Override
    public void startTls(SenderAction.StartTls action) {
        shakeHands(session::tlsStarted);
    }

    private void shakeHands(Runnable then) {
        socket.startTls(plan.tlsOptions(), destination.serverName()).onComplete((done, failure) -> {
            if (failure == null) {
                then.run();
                pump();
                readable();
            } else {
                end(Loss.Kind.TLS, "TLS handshake failed: " + failure.getMessage());
            }
        });
    }

    @Override
    public void authenticate(SenderAction.Authenticate action) {
        session.giveUp("a probe does not log in");
    }

    @Override
    public void challenge(SenderAction.Challenge action) {
        session.giveUp("a probe does not log in");
    }

    @Override
    public void loggedIn(SenderAction.LoggedIn action) {
        // It has not.
    }

    @Override
    public void notIntroduced(SenderAction.NotIntroduced action) {
        // It sends no MAIL.
    }

    @Override
    public void xclientOver(SenderAction.XclientOver action) {
        // It is of no client.
    }

    @Override
    public void ready(SenderAction.Ready action) {
        offered = action.capabilities();
        session.send(new Command.Plain(Verb.QUIT));
    }

    @Override
    public void answer(SenderAction.Answer action) {
        // It asks for nothing but to QUIT, and whatever answers that is the end.
    }

    @Override
    public void lost(SenderAction.Lost action) {
        loss = action.loss();
        deadline.clear();
        socket.flush();
        socket.abort();
    }
}
