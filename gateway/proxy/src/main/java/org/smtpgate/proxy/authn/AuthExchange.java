package org.smtpgate.proxy.authn;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.smtpgate.auth.Origin;
import org.smtpgate.proxy.metrics.AuthLog;
import org.smtpgate.proxy.metrics.AuthMeters;
import org.smtpgate.proxy.metrics.AuthResult;
import org.smtpgate.sasl.Credentials;
import org.smtpgate.sasl.SaslMechanisms;

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
    private final String mechanism;
    private final Dialogue dialogue;
    private final Origin origin;
    private final LoginRules rules;
    private final Doorkeeper doorkeeper;

    private State state = State.TALKING;
    private Promise<AuthOutcome> answer = Promise.promise();
    private long judgingSince;
    private long judgedNanos;
    private long timer = NO_TIMER;

    AuthExchange(String mechanism, Dialogue dialogue, Origin origin, LoginRules rules) {
        this.mechanism = mechanism;
        this.dialogue = dialogue;
        this.origin = origin;
        this.rules = rules;
        this.doorkeeper = new Doorkeeper(rules.guesses(), origin.address());
    }

    /**
     * Takes the client's initial response, or its response to the last challenge, base64-decoded.
     *
     * @param response null when the client sent none with AUTH: then the outcome is what to ask it
     */
    public Future<AuthOutcome> respond(byte[] response) {
        if (state != State.TALKING) {
            throw new IllegalStateException("no response is awaited while " + state);
        }
        state = State.JUDGING;
        judgingSince = System.nanoTime();
        answer = Promise.promise();
        Future<AuthOutcome> step = dialogue.respond(response);
        if (!step.isComplete()) {
            timer = context.owner().setTimer(rules.timeout().toMillis(), expired -> judged(OVERDUE));
        }
        step.onSuccess(this::judged);
        return answer.future();
    }

    /** What the client has presented to be judged; null before it has, and if the mechanism shows nothing of it. */
    public Credentials presented() {
        return dialogue.presented();
    }

    /** The client sent {@code *}, or is gone. What {@code respond} still owes is answered at once, as unavailable. */
    public void cancel() {
        if (state != State.DECIDED) {
            decide(AuthResult.CANCELLED);
        }
        context.owner().cancelTimer(timer);
        answer.tryComplete(new AuthOutcome.Unavailable("cancelled by the client"));
    }

    private void judged(AuthOutcome outcome) {
        if (state != State.JUDGING) {
            return;
        }
        context.owner().cancelTimer(timer);
        if (outcome instanceof AuthOutcome.Challenge) {
            judgedNanos += System.nanoTime() - judgingSince;
            state = State.TALKING;
        } else if (outcome instanceof AuthOutcome.Rejected) {
            decide(AuthResult.REJECTED);
            log(AuthResult.REJECTED, dialogue.refusal());
            doorkeeper.failed(dialogue.login()).onSuccess(delay -> answerWhenDue(outcome, delay));
            return;
        } else if (outcome instanceof AuthOutcome.Refused refused) {
            decide(AuthResult.REFUSED);
            log(
                    AuthResult.REFUSED,
                    "too many failed logins of its " + refused.bucket().name().toLowerCase(Locale.ROOT));
        } else if (outcome instanceof AuthOutcome.Unavailable unavailable) {
            decide(AuthResult.UNAVAILABLE);
            log(AuthResult.UNAVAILABLE, unavailable.reason());
        } else {
            decide(outcome instanceof AuthOutcome.Malformed ? AuthResult.MALFORMED : AuthResult.ACCEPTED);
            if (outcome instanceof AuthOutcome.Accepted) {
                doorkeeper.proven(dialogue.login());
            }
        }
        answer.complete(outcome);
    }

    private void log(AuthResult result, String reason) {
        AuthLog.failed(
                origin.sessionId(),
                origin.listener(),
                origin.address(),
                dialogue.login(),
                mechanism,
                dialogue.asked(),
                result,
                reason);
    }

    private void answerWhenDue(AuthOutcome rejection, Duration delay) {
        long early = delay.toNanos() - (System.nanoTime() - judgingSince);
        // Rounded up: a delay of 0 ms is not allowed for a timer, and early by a fraction is early.
        long millis = TimeUnit.NANOSECONDS.toMillis(early) + 1;
        if (early <= 0) {
            answer.tryComplete(rejection);
        } else if (!answer.future().isComplete()) {
            timer = context.owner().setTimer(millis, due -> answer.tryComplete(rejection));
        }
    }

    private void decide(AuthResult result) {
        if (state == State.JUDGING) {
            judgedNanos += System.nanoTime() - judgingSince;
        }
        state = State.DECIDED;
        dialogue.abandon();
        rules.meters().judged(dialogue.asked(), judgedNanos);
        rules.meters().attempted(label(), dialogue.asked(), result);
    }

    /** A server behind a backend may call its mechanisms anything. */
    private String label() {
        return SaslMechanisms.named(mechanism).isPresent() ? mechanism : AuthMeters.OTHER_MECHANISM;
    }
}
