package org.smtpgate.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.smtpgate.proxy.identity.AllowedSenders;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.routing.RouteChoice;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.TraceHeader;

/**
 * The upstream side of one client's session: one {@link Transaction} after the other, each where its {@link Route} leads.
 * Confined to the session's event loop.
 *
 * <p>A session is at one upstream at a time. When a transaction goes to another one, a connection that was kept at the
 * last (session pooling) is retired: so a session has one connection that can be lost, and never more than one permit.
 */
public final class Relay {
    private final Route route;
    private final Replies replies;
    private final RelayEvents events;
    private final Supplier<Principal> principal;
    private final Supplier<TraceHeader> traceHeader;
    private Transaction transaction;
    private Tenancy tenancy;
    /** The last one. */
    private LoginTrial trial;

    Relay(
            Route route,
            Replies replies,
            RelayEvents events,
            Supplier<Principal> principal,
            Supplier<TraceHeader> traceHeader) {
        this.route = route;
        this.replies = replies;
        this.events = events;
        this.principal = principal;
        this.traceHeader = traceHeader;
    }

    // Logins

    /**
     * Tries a login at the upstream, which is known before the login is, and by the client's own credentials. With session
     * pooling the connection that shows them to be right is kept for the session.
     *
     * @param claimed who the client would be
     * @return whether the upstream takes it; fails when it could not tell
     */
    public Future<Boolean> logIn(Principal claimed) {
        Optional<String> upstream = route.judge();
        if (upstream.isEmpty()) {
            return Future.failedFuture(new IllegalStateException("no upstream could tell before the route is known"));
        }
        trial = at(upstream.get()).tryLogin(claimed);
        return trial.verdict();
    }

    /** Nobody waits for the login any more that was tried last. */
    public void abandonLogin() {
        if (trial != null) {
            trial.abandon();
            trial = null;
        }
    }

    // The client's commands, in the order of the session's state machine

    public void mail(Command.Mail command, Consumer<Reply> answer) {
        Principal sending = principal.get();
        RouteChoice choice = route.choose(sending, command.from());
        transaction = new Transaction(this, replies, events, command, choice);
        if (AllowedSenders.permit(sending, command.from())) {
            transaction.begin(answer);
        } else {
            transaction.refuse(replies.senderNotAllowed(), answer);
        }
    }

    public void rcpt(Command.Rcpt command, Consumer<Reply> answer) {
        transaction.rcpt(command, answer);
    }

    public void data(Consumer<Reply> answer) {
        transaction.data(answer);
    }

    /**
     * A chunk of content begins.
     *
     * @param welcome run when its octets may come, perhaps before this returns; else {@link RelayEvents#contentFailed}
     */
    public void chunk(Command.Bdat command, Runnable welcome) {
        transaction.chunk(command, welcome);
    }

    /** Content as on the wire; the buffer is the relay's from now on. */
    public void content(ByteBuf bytes) {
        transaction.content(bytes);
    }

    /** The content passed on so far was all, its end included, or all of the chunk. */
    public void contentEnded(Consumer<Reply> answer) {
        transaction.contentEnded(answer);
    }

    /**
     * The content is not valid, or its end will never come: the upstream must not see one.
     *
     * @param why the reply to those of its chunks that have none
     */
    public void abortContent(Reply why) {
        transaction.giveUp(why);
    }

    /** The client ended the transaction before the end of its content. */
    public void abort() {
        transaction.reset();
    }

    /** The session is over. A message that was passed on to its end is still waited for. */
    public void close() {
        // First, so that a connection which comes back is let go, and not reset for the next transaction.
        if (tenancy != null) {
            tenancy.end();
        }
        abandonLogin();
        if (transaction != null) {
            transaction.abandon("the session ended");
        }
    }

    /** Whether the upstream keeps up with the content. */
    public boolean hasRoom() {
        return transaction == null || transaction.hasRoom();
    }

    /** Writes what has been passed on. */
    public void flush() {
        if (transaction != null) {
            transaction.flush();
        }
    }

    /** The session at this upstream, for the transaction. */
    Tenancy at(String upstream) {
        if (tenancy == null || !tenancy.name().equals(upstream)) {
            if (tenancy != null) {
                tenancy.end();
            }
            tenancy = route.tenancy(upstream, events, principal, traceHeader);
        }
        return tenancy;
    }
}
