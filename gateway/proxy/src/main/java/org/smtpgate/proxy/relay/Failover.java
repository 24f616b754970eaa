package org.smtpgate.proxy.relay;

import io.vertx.core.Future;
import org.smtpgate.proxy.metrics.Retry;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.upstream.Upstream;
import org.smtpgate.proxy.upstream.UpstreamConnection;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.smtp.sender.Loss;

/**
 * The way of one transaction from a connection that was lost to another of the same upstream: whether it may be gone,
 * and whether it led anywhere. Confined to its event loop.
 *
 * <p>It has a bound in number, the leases of one transaction, and in time: from the loss to the last reply to what is
 * sent again.
 */
final class Failover {
    /** Row 4 of the closure contract needs them, however few connections one MAIL may try to open. */
    private static final int LEASES_LEAST = 2;

    private final Tenancy tenancy;
    private final Upstream upstream;
    private final UpstreamSettings settings;
    private final Deadlines.Deadline deadline;
    private int leases = 1;
    /** The connection that was lost, if another may take its place. */
    private UpstreamConnection lost;
    /** Under way now; null if none is. */
    private Retry retry;

    /** @param deadline of a retry; its expiry is the transaction's business */
    Failover(Tenancy tenancy, Upstream upstream, Deadlines.Deadline deadline) {
        this.tenancy = tenancy;
        this.upstream = upstream;
        this.settings = upstream.settings();
        this.deadline = deadline;
    }

    /** How many connections one transaction can use up, one after the other. */
    static int leasesMost(UpstreamSettings settings) {
        return Math.max(LEASES_LEAST, settings.pool().connectAttempts());
    }

    /** A connection was lost, perhaps that of a retry. */
    void lost(Loss why, UpstreamConnection connection, Envelope envelope) {
        failed();
        lost = mayGoOn(why, connection, envelope) ? connection : null;
    }

    private boolean mayGoOn(Loss why, UpstreamConnection connection, Envelope envelope) {
        boolean closed = switch (why.kind()) {
            case FIN, RST, TLS, REPLY_421, REPLY_221 -> true;
            // Only what it was told of another client before is in the way of this one.
            case INTRODUCTION -> connection.reused();
            default -> false;
        };
        return closed
                && envelope.mailRefusal() == null
                && leases < leasesMost(settings)
                && switch (settings.failover()) {
                    case MAIL -> envelope.untold() && connection.reused();
                    case ENVELOPE -> true;
                };
    }

    /** Whether a connection was lost, and another may take its place. */
    boolean isPossible() {
        return lost != null;
    }

    /** Leases the other connection. */
    Future<UpstreamConnection> begin(Envelope envelope) {
        leases++;
        retry = envelope.untold() ? Retry.MAIL : Retry.ENVELOPE;
        // One that died while it lay in the pool says nothing of its endpoint.
        boolean mayHaveLain = retry == Retry.MAIL && lost.reused();
        Future<UpstreamConnection> lease = mayHaveLain ? tenancy.leaseFresh() : tenancy.leaseInPlaceOf(lost);
        lost = null;
        if (!deadline.isSet()) {
            deadline.in(settings.pool().queueTimeout());
        }
        return lease;
    }

    /** Whether a retry is under way. */
    boolean isUnderWay() {
        return retry != null;
    }

    /** The other connection has all that the client knows to be accepted. */
    void succeeded() {
        over(true);
        deadline.clear();
    }

    void failed() {
        over(false);
    }

    private void over(boolean done) {
        if (retry != null) {
            upstream.retried(retry, done);
            retry = null;
        }
    }

    /** The transaction is over. */
    void end() {
        retry = null;
        deadline.clear();
    }
}
