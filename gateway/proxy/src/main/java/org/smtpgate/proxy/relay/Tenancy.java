package org.smtpgate.proxy.relay;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.function.Supplier;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.metrics.How;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.upstream.Closures;
import org.smtpgate.proxy.upstream.Lessee;
import org.smtpgate.proxy.upstream.Upstream;
import org.smtpgate.proxy.upstream.UpstreamConnection;
import org.smtpgate.proxy.upstream.UpstreamSettings.OnUpstreamClose;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.proxy.upstream.UpstreamSettings.Trace;
import org.smtpgate.proxy.upstream.Waiter;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Parameter;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.TraceHeader;
import org.smtpgate.smtp.Verb;
import org.smtpgate.smtp.sender.Loss;

/**
 * One session at one upstream: its leases there, one after the other, and with {@link Pooling#SESSION} the connection that
 * it keeps between them. Confined to the session's event loop.
 */
final class Tenancy {
    private final Upstream upstream;
    private final Deadlines deadlines;
    private final RelayEvents events;
    private final Supplier<Principal> principal;
    private final Supplier<TraceHeader> traceHeader;
    private final boolean keeps;
    /** With session pooling, between transactions. */
    private UpstreamConnection kept;

    /** The last lease that was asked for. */
    private Waiter waiter;

    /** How the connection of this session was lost in a transaction; null if it was not. */
    private How lostInTransaction;

    private boolean over;

    Tenancy(
            Upstream upstream,
            Deadlines deadlines,
            RelayEvents events,
            Supplier<Principal> principal,
            Supplier<TraceHeader> traceHeader) {
        this.upstream = upstream;
        this.deadlines = deadlines;
        this.events = events;
        this.principal = principal;
        this.traceHeader = traceHeader;
        this.keeps = upstream.settings().pooling() == Pooling.SESSION;
    }

    /** The upstream's configured name. */
    String name() {
        return upstream.settings().name();
    }

    /** Whose the transaction is. */
    Principal principal() {
        return principal.get();
    }

    /** For the content of a message that comes now. */
    ContentPipe content(Command.Mail mail) {
        Trace trace = upstream.settings().trace();
        boolean utf8 = mail.parameters().has(Parameter.SMTPUTF8);
        return trace == Trace.NONE
                ? ContentPipe.withoutHeader()
                : new ContentPipe(traceHeader.get().octets(Instant.now(), utf8, trace == Trace.WITH_LOGIN));
    }

    /** Tries a client's login by leasing a connection that is logged in with it. */
    LoginTrial tryLogin(Principal claimed) {
        // Of a login before STARTTLS.
        part();
        return new LoginTrial(this, upstream.lease(claimed, false));
    }

    /** Keeps the connection no longer that it keeps, if there is one. */
    void part() {
        if (kept != null) {
            upstream.retire(kept);
            kept = null;
        }
    }

    /** A connection: the one that is kept, if there is one. */
    Future<UpstreamConnection> lease() {
        // The client may have logged in as another one since, after STARTTLS.
        if (kept != null && (upstream.outdated(kept) || !upstream.serves(kept, principal.get()))) {
            part();
        }
        if (kept == null) {
            return await(upstream.lease(principal.get(), false));
        }
        UpstreamConnection connection = kept;
        kept = null;
        return Future.succeededFuture(connection);
    }

    /** A new one, since one that lay in the pool has turned out dead. */
    Future<UpstreamConnection> leaseFresh() {
        return await(upstream.lease(principal.get(), true));
    }

    /** A new one, since this one was lost in a transaction. */
    Future<UpstreamConnection> leaseInPlaceOf(UpstreamConnection lost) {
        return await(upstream.replace(principal.get(), lost));
    }

    private Future<UpstreamConnection> await(Waiter lease) {
        waiter = lease;
        return lease.lease().onSuccess(leased -> lostInTransaction = null);
    }

    /** The transaction wants the lease no more that it asked for last. */
    void abandonLease() {
        waiter.abandon();
    }

    void giveBack(UpstreamConnection connection) {
        if (!keeps) {
            upstream.giveBack(connection);
        } else if (over) {
            upstream.retire(connection);
        } else {
            keep(connection);
        }
    }

    void discard(UpstreamConnection connection, String why) {
        upstream.discard(connection, why);
    }

    /** Discards a connection whose upstream would not end the transaction before: what that loss is. */
    Loss resetRefused(UpstreamConnection connection, Reply reply) {
        String why = "RSET was refused";
        discard(connection, why);
        return new Loss(Loss.Kind.PROTOCOL, reply, why);
    }

    /** The upstream has said something on the way to a transaction. */
    void upstreamReplied() {
        events.upstreamReplied();
    }

    /** A lease was lost while a transaction was open on it. */
    void lostInTransaction(Loss loss) {
        lostInTransaction = keeps ? Closures.how(loss) : null;
    }

    void leaseFailed() {
        if (lostInTransaction != null) {
            events.keptConnectionIrreplaceable(lostInTransaction);
        }
    }

    /** @param tookTooLong what to do when a retry is not over in time */
    Failover failover(Runnable tookTooLong) {
        return new Failover(this, upstream, deadlines.create(tookTooLong));
    }

    /** The session ends, or goes elsewhere. What is lent is still to be given back. */
    void end() {
        over = true;
        part();
    }

    private void keep(UpstreamConnection connection) {
        if (!connection.resettable()) {
            upstream.discard(connection, "left in the middle of a transaction");
            return;
        }
        if (connection.spent() || upstream.outdated(connection)) {
            upstream.retire(connection);
            return;
        }
        kept = connection;
        connection.lentTo(new Keeper());
        if (!connection.reusable()) {
            connection.send(new Command.Plain(Verb.RSET));
            connection.flush();
        }
    }

    /** Watches the kept connection between transactions. */
    private final class Keeper implements Lessee {
        @Override
        public void answered(Stage stage, Reply reply) {
            if (stage.meaningOf(reply) != Stage.Meaning.DONE) {
                UpstreamConnection unclean = kept;
                kept = null;
                resetRefused(unclean, reply);
            }
        }

        @Override
        public void lost(Loss loss) {
            kept = null;
            OnUpstreamClose reaction = upstream.settings().onUpstreamClose();
            if (reaction != OnUpstreamClose.RECONNECT) {
                events.keptConnectionClosed(Closures.how(loss), reaction == OnUpstreamClose.SAY_221);
            }
        }

        @Override
        public void drained() {}
    }
}
