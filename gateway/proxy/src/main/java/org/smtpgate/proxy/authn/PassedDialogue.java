package org.smtpgate.proxy.authn;

import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SaslBackend;
import org.smtpgate.sasl.Credentials;

/** An exchange that a backend speaks: messages go to and fro as they are. */
final class PassedDialogue implements Dialogue {
    private final GuardedBackend backend;
    private final String mechanism;
    private final Origin origin;
    private final Walk walk;
    private final Doorkeeper doorkeeper;

    /** While there is one to be cancelled. */
    private SaslBackend.Exchange exchange;

    private boolean over;

    PassedDialogue(GuardedBackend backend, String mechanism, Origin origin, LoginRules rules) {
        this.backend = backend;
        this.mechanism = mechanism;
        this.origin = origin;
        this.walk = new Walk(rules.meters(), List.of(backend), login());
        this.doorkeeper = new Doorkeeper(rules.guesses(), origin.address());
    }

    @Override
    public Future<AuthOutcome> respond(byte[] message) {
        return exchange == null ? doorkeeper.admit(login(), () -> pass(message)) : pass(message);
    }

    private Future<AuthOutcome> pass(byte[] message) {
        if (over) {
            // While it was asked whether the client may try: nobody would cancel what were begun now.
            return Future.succeededFuture(new AuthOutcome.Unavailable("nobody waits any more"));
        }
        // Not guarded: what becomes of a step is the client's doing, too, and whoever hangs up or waits for too long
        // must not have the backend left alone for all. The session's own time bounds it.
        return walk.ask(backend, () -> exchange().respond(message))
                .map(this::outcome)
                .otherwise(failure -> refused(failure, message));
    }

    private SaslBackend.Exchange exchange() {
        if (exchange == null) {
            exchange = ((SaslBackend) backend.unguarded()).begin(mechanism, origin);
        }
        return exchange;
    }

    private AuthOutcome outcome(SaslBackend.Step step) {
        if (step instanceof SaslBackend.Step.Challenge challenge) {
            return new AuthOutcome.Challenge(challenge.bytes());
        }
        exchange = null;
        if (step instanceof SaslBackend.Step.Accepted accepted) {
            // Who acts as whom, the backend alone has seen.
            return new Acceptance(mechanism, "", "").of(accepted.user(), backend.name());
        }
        return new AuthOutcome.Unavailable("the backend answered nothing");
    }

    private AuthOutcome refused(Throwable failure, byte[] message) {
        exchange = null;
        if (failure instanceof InvalidCredentialsException) {
            return new AuthOutcome.Rejected();
        }
        byte[] sent = message == null ? new byte[0] : message;
        return Walk.unavailable(
                failure,
                new String(sent, StandardCharsets.UTF_8),
                Base64.getEncoder().encodeToString(sent));
    }

    /** It stands in messages that the backend alone understands. */
    @Override
    public String login() {
        return "";
    }

    @Override
    public String asked() {
        return walk.asked();
    }

    @Override
    public Credentials presented() {
        return null;
    }

    @Override
    public String refusal() {
        return null;
    }

    @Override
    public void abandon() {
        over = true;
        if (exchange != null) {
            SaslBackend.Exchange last = exchange;
            exchange = null;
            last.cancel();
        }
    }
}
