package org.smtpgate.proxy.relay;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import java.util.function.Supplier;
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

    // The client's commands, in the order of the session's state machine

    public void mail(Command.Mail command, Consumer<Reply> answer) {
        RouteChoice choice = route.choose(principal.get(), command.from());
        transaction = new Transaction(this, replies, events, command, choice);
        transaction.begin(answer);
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
