package org.smtpgate.proxy.authn;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.smtpgate.auth.Origin;
import org.smtpgate.proxy.metrics.AuthLog;
import org.smtpgate.proxy.metrics.AuthMeters;
import org.smtpgate.proxy.metrics.AuthResult;
import org.smtpgate.sasl.Credentials;
import org.smtpgate.sasl.SaslExchange;
import org.smtpgate.sasl.SaslMechanism;
import org.smtpgate.sasl.SaslStep;

/**
 * One AUTH command, from its mechanism to its outcome. Confined to the session's event loop: its futures complete
 * there, always, and never fail.
 */
public final class AuthExchange {
    // Not 0: that is the id of Vert.x' first timer, and cancelling it would hit a stranger's.
    private static final long NO_TIMER = -1;
    private static final AuthOutcome OVERDUE = new AuthOutcome.Unavailable("no answer in time");

    private enum State {
        TALKING,
        JUDGING,
        DECIDED
    }

    private final Context context =
            Objects.requireNonNull(Vertx.currentContext(), "an exchange begins on its session's event loop");
    private final Promise<AuthOutcome> answer = Promise.promise();
    private final SaslMechanism mechanism;
    private final SaslExchange sasl;
    private final Origin origin;
    private final LoginRules rules;

    private State state = State.TALKING;
    private Inquiry inquiry;
    private long presentedAt;
    private long timer = NO_TIMER;

    AuthExchange(SaslMechanism mechanism, Origin origin, LoginRules rules) {
        this.mechanism = mechanism;
        this.sasl = mechanism.start();
        this.origin = origin;
        this.rules = rules;
    }

    /** What to ask first, when the client sent no initial response. */
    public AuthOutcome.Challenge prompt() {
        return new AuthOutcome.Challenge(mechanism.prompt().bytes());
    }

    /** Takes the client's initial response, or its response to the last challenge, base64-decoded. */
    public Future<AuthOutcome> respond(byte[] response) {
        if (state != State.TALKING) {
            throw new IllegalStateException("no response is awaited while " + state);
        }
        SaslStep step = sasl.respond(response);
        if (step instanceof SaslStep.Challenge challenge) {
            return Future.succeededFuture(new AuthOutcome.Challenge(challenge.bytes()));
        }
        if (step instanceof SaslStep.Malformed malformed) {
            decide(AuthResult.MALFORMED);
            return Future.succeededFuture(new AuthOutcome.Malformed(malformed.reason()));
        }
        return judge(((SaslStep.Present) step).credentials());
    }

    /** What the client has presented to be judged; null before it has. */
    public Credentials presented() {
        return inquiry == null ? null : inquiry.presented();
    }

    /** The client sent {@code *}, or is gone. What {@code respond} still owes is answered at once, as unavailable. */
    public void cancel() {
        if (state != State.DECIDED) {
            decide(AuthResult.CANCELLED);
        }
        context.owner().cancelTimer(timer);
        answer.tryComplete(new AuthOutcome.Unavailable("cancelled by the client"));
    }

    private Future<AuthOutcome> judge(Credentials credentials) {
        state = State.JUDGING;
        presentedAt = System.nanoTime();
        // The cast holds as long as every mechanism presents a password.
        inquiry = new Inquiry(rules, mechanism.name(), (Credentials.Password) credentials, origin);
        timer = context.owner().setTimer(rules.timeout().toMillis(), expired -> judged(OVERDUE));
        inquiry.verdict().onSuccess(this::judged);
        return answer.future();
    }

    private void judged(AuthOutcome outcome) {
        if (state != State.JUDGING) {
            return;
        }
        context.owner().cancelTimer(timer);
        if (outcome instanceof AuthOutcome.Rejected) {
            decide(AuthResult.REJECTED);
            log(AuthResult.REJECTED, null);
            answerWhenDue(outcome);
            return;
        }
        if (outcome instanceof AuthOutcome.Unavailable unavailable) {
            decide(AuthResult.UNAVAILABLE);
            log(AuthResult.UNAVAILABLE, unavailable.reason());
        } else {
            decide(AuthResult.ACCEPTED);
        }
        answer.complete(outcome);
    }

    private void log(AuthResult result, String reason) {
        AuthLog.failed(
                origin.sessionId(),
                origin.listener(),
                origin.address(),
                inquiry.login(),
                mechanism.name(),
                inquiry.asked(),
                result,
                reason);
    }

    private void answerWhenDue(AuthOutcome rejection) {
        long early = rules.failureDelay().toNanos() - (System.nanoTime() - presentedAt);
        // Rounded up: a delay of 0 ms is not allowed for a timer, and early by a fraction is early.
        long millis = TimeUnit.NANOSECONDS.toMillis(early) + 1;
        if (early <= 0) {
            answer.complete(rejection);
        } else {
            timer = context.owner().setTimer(millis, due -> answer.complete(rejection));
        }
    }

    private void decide(AuthResult result) {
        String backend = AuthMeters.NO_BACKEND;
        if (state == State.JUDGING) {
            backend = inquiry.asked();
            inquiry.abandon();
            rules.meters().judged(backend, System.nanoTime() - presentedAt);
        }
        state = State.DECIDED;
        rules.meters().attempted(mechanism.name(), backend, result);
    }
}
