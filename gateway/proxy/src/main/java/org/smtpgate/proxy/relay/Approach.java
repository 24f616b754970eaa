package org.smtpgate.proxy.relay;

import io.vertx.core.Future;
import org.smtpgate.proxy.metrics.Outcome;
import org.smtpgate.proxy.upstream.Lessee;
import org.smtpgate.proxy.upstream.NoLeaseException;
import org.smtpgate.proxy.upstream.UpstreamConnection;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Parameter;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Stage.Meaning;
import org.smtpgate.smtp.sender.Loss;

/**
 * The way of one transaction to a connection that knows what its client knows to be accepted: to the first one, and by
 * its {@link Failover} from one that was lost to another. There all of that is sent at once; the goal is reached when
 * each command has been accepted here too. Confined to its event loop.
 */
final class Approach implements Lessee {

    /** How far it is. */
    private enum Phase {
        LEASING,
        /** The upstream takes over who the client is, and may have other things to offer then. */
        INTRODUCTION,
        /** The connection is being told what the client knows to be accepted. */
        REPLAY,
        /** At its goal, or given up. */
        OVER
    }

    private final Tenancy tenancy;
    private final Replies replies;
    private final Envelope envelope;
    private final TransactionJournal journal;
    private final Goal goal;
    private final Failover failover;

    private Phase phase = Phase.OVER;
    private UpstreamConnection connection;
    private int awaited;
    private Reply refusal;

    /** Whoever wants the connection. */
    interface Goal {
        /** Here it is; what the client has asked beyond may be sent. */
        void arrived(UpstreamConnection connection);

        /** There is none: this is the reply to the oldest command that waits. */
        void missed(Reply reply, Outcome outcome);

        /** The gateway itself failed. */
        void failed(RuntimeException fault);
    }

    Approach(Tenancy tenancy, Replies replies, Envelope envelope, TransactionJournal journal, Goal goal) {
        this.tenancy = tenancy;
        this.replies = replies;
        this.envelope = envelope;
        this.journal = journal;
        this.goal = goal;
        this.failover = tenancy.failover(() -> guarded(this::tookTooLong));
    }

    /** To any connection. */
    void begin() {
        await(tenancy.lease());
    }

    /** To another one, in place of the one that was {@link #lost(Loss, UpstreamConnection)}, if there may be another. */
    void beginAgain() {
        if (failover.isPossible()) {
            await(failover.begin(envelope));
        } else {
            miss(journal.lostReply(), Outcome.DEFERRED);
        }
    }

    /** The connection at which it had arrived is lost. */
    void lost(Loss why, UpstreamConnection last) {
        journal.lost(why);
        tenancy.lostInTransaction(why);
        failover.lost(why, last, envelope);
    }

    /** The transaction is over. */
    void abandon(String why) {
        Phase last = phase;
        phase = Phase.OVER;
        failover.end();
        switch (last) {
            case LEASING -> tenancy.abandonLease();
            case INTRODUCTION, REPLAY -> tenancy.discard(connection, why);
            case OVER -> {}
        }
    }

    private void await(Future<UpstreamConnection> lease) {
        phase = Phase.LEASING;
        lease.onComplete((leased, failure) -> guarded(() -> leaseAnswered(leased, (NoLeaseException) failure)));
    }

    /** Whoever calls here would swallow a fault, and the client would wait for ever. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException fault) {
            goal.failed(fault);
        }
    }

    private void leaseAnswered(UpstreamConnection leased, NoLeaseException failure) {
        if (failure == null && phase == Phase.OVER) {
            tenancy.giveBack(leased);
        } else if (failure == null) {
            leased(leased);
        } else if (phase != Phase.OVER) {
            noLease(failure);
        }
    }

    private void noLease(NoLeaseException failure) {
        Reply reply = failover.isUnderWay() ? journal.lostReply() : replyTo(failure);
        journal.lost(new Loss(Loss.Kind.CONNECT, null, failure.getMessage()));
        miss(reply, TransactionJournal.outcomeOf(reply));
        tenancy.leaseFailed();
    }

    private Reply replyTo(NoLeaseException failure) {
        return switch (failure.reason()) {
            case UNREACHABLE, UNJUDGED -> replies.noUpstream();
            case UNRESOLVED -> replies.noAddress();
            case AUTHENTICATION -> replies.loginRefused();
            case CREDENTIALS -> replies.noLogin();
            case OUT_OF_SERVICE -> replies.outOfService();
            case NO_LOGIN -> replies.authRequired();
            case UNFIT_LOGIN -> replies.unfitLogin();
            default -> replies.poolExhausted();
        };
    }

    /** Null when the upstream can be given the command with all that it says. */
    Reply objectionTo(Command command, UpstreamConnection at) {
        Parameter lacking = at.capabilities().lacks(command);
        return lacking == null
                ? null
                : replies.notTaken(lacking, command.parameters().value(lacking));
    }

    private void leased(UpstreamConnection leased) {
        leased.lentTo(this);
        connection = leased;
        journal.sentTo(leased.endpoint().toString());
        if (leased.transactionBegins(tenancy.principal())) {
            introduced();
        } else {
            phase = Phase.INTRODUCTION;
            leased.flush();
        }
    }

    @Override
    public void introduced() {
        Reply objection = null;
        for (Command command : envelope.known()) {
            objection = objection == null ? objectionTo(command, connection) : objection;
        }
        if (objection != null) {
            refused(objection);
        } else if (envelope.accepted().isEmpty()) {
            arrive();
        } else {
            replay();
        }
    }

    private void replay() {
        phase = Phase.REPLAY;
        refusal = null;
        awaited = envelope.accepted().size();
        envelope.accepted().forEach(connection::send);
        connection.flush();
    }

    @Override
    public void answered(Stage stage, Reply reply) {
        boolean done = stage.meaningOf(reply) == Meaning.DONE;
        if (stage == Stage.RSET) {
            resetAnswered(reply, done);
            return;
        }
        awaited--;
        refusal = refusal == null && !done ? reply : refusal;
        if (awaited == 0 && refusal == null) {
            arrive();
        } else if (awaited == 0) {
            refused(refusal);
        }
    }

    /** It ended the transaction before, on a connection that the session keeps. */
    private void resetAnswered(Reply reply, boolean done) {
        if (!done) {
            lost(tenancy.resetRefused(connection, reply));
        }
    }

    @Override
    public void replied() {
        tenancy.upstreamReplied();
    }

    private void arrive() {
        phase = Phase.OVER;
        failover.succeeded();
        goal.arrived(connection);
    }

    /** The upstream does not take what the client has been told, or would be told, is accepted. */
    private void refused(Reply reply) {
        tenancy.giveBack(connection);
        if (envelope.untold()) {
            miss(reply, TransactionJournal.outcomeOf(reply));
        } else {
            miss(journal.lostReply(), Outcome.DEFERRED);
        }
    }

    @Override
    public void lost(Loss why) {
        lost(why, connection);
        beginAgain();
    }

    private void tookTooLong() {
        if (phase == Phase.LEASING) {
            tenancy.abandonLease();
        } else if (phase != Phase.OVER) {
            tenancy.discard(connection, "it took too long over what another had accepted");
            miss(journal.lostReply(), Outcome.DEFERRED);
        }
    }

    private void miss(Reply reply, Outcome outcome) {
        phase = Phase.OVER;
        failover.failed();
        failover.end();
        goal.missed(reply, outcome);
    }

    @Override
    public void drained() {}
}
