package org.smtpgate.proxy.authn;

import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.smtpgate.proxy.metrics.AuthMeters;
import org.smtpgate.sasl.Credentials;
import org.smtpgate.sasl.SaslExchange;
import org.smtpgate.sasl.SaslMechanism;
import org.smtpgate.sasl.SaslStep;
import org.smtpgate.sasl.Surroundings;

/** An exchange of a mechanism that the gateway speaks itself: backends judge what comes of it. */
final class OwnDialogue implements Dialogue {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SaslMechanism mechanism;
    private final SaslExchange sasl;
    private final List<GuardedBackend> backends;
    private final Visit visit;
    private final LoginRules rules;
    private final Doorkeeper doorkeeper;

    private Inquiry inquiry;
    private KeySearch search;
    private String refusal;

    /**
     * @param backends those that can judge what the mechanism presents, or hold the keys that it looks up
     * @param bindingOffered whether the client was offered the same with channel binding
     */
    OwnDialogue(
            SaslMechanism mechanism,
            List<GuardedBackend> backends,
            Visit visit,
            boolean bindingOffered,
            LoginRules rules) {
        this.mechanism = mechanism;
        this.sasl = mechanism.start(
                new Surroundings(rules.hostname(), RANDOM, Clock.systemUTC(), visit.bindings(), bindingOffered));
        this.backends = backends;
        this.visit = visit;
        this.rules = rules;
        this.doorkeeper = new Doorkeeper(rules.guesses(), visit.origin().address());
    }

    @Override
    public Future<AuthOutcome> respond(byte[] message) {
        SaslStep step = message == null ? sasl.prompt() : sasl.respond(message);
        if (step instanceof SaslStep.Present present) {
            inquiry = new Inquiry(rules, backends, mechanism.name(), present.credentials(), visit);
            return doorkeeper.admit(login(), () -> inquiry.verdict().map(this::inWordsOfTheMechanism));
        }
        if (step instanceof SaslStep.LookUp lookUp) {
            search = new KeySearch(rules, backends, lookUp.hash(), lookUp.username(), visit.origin());
            return doorkeeper.admit(
                    search.username(),
                    () -> search.keys()
                            .map(keys -> challenge(lookUp.then().apply(keys)))
                            .otherwise(Walk::unavailable));
        }
        return Future.succeededFuture(outcome(step));
    }

    private AuthOutcome outcome(SaslStep step) {
        if (step instanceof SaslStep.Challenge challenge) {
            return challenge(challenge);
        }
        if (step instanceof SaslStep.Malformed malformed) {
            return new AuthOutcome.Malformed(malformed.reason());
        }
        if (step instanceof SaslStep.Proven proven) {
            return proven(proven.authorizationId());
        }
        refusal = ((SaslStep.Refused) step).reason();
        return inWordsOfTheMechanism(new AuthOutcome.Rejected());
    }

    private AuthOutcome proven(String authorizationId) {
        if (search.found() == null) {
            // Nobody can have proven to know a password that there is not.
            return new AuthOutcome.Rejected();
        }
        try {
            return new Acceptance(mechanism.name(), search.username(), authorizationId)
                    .of(search.found(), search.asked());
        } catch (RuntimeException broken) {
            return Walk.unavailable(broken);
        }
    }

    private static AuthOutcome challenge(SaslStep.Challenge challenge) {
        return new AuthOutcome.Challenge(challenge.bytes());
    }

    private AuthOutcome inWordsOfTheMechanism(AuthOutcome outcome) {
        return outcome instanceof AuthOutcome.Rejected rejected
                ? new AuthOutcome.Rejected(mechanism.refusal(), rejected.reply())
                : outcome;
    }

    @Override
    public String login() {
        if (search != null) {
            return search.username();
        }
        if (inquiry == null) {
            return "";
        }
        Credentials presented = inquiry.presented();
        return presented.username().isEmpty() ? presented.authorizationId() : presented.username();
    }

    @Override
    public String asked() {
        if (search != null) {
            return search.asked();
        }
        return inquiry == null ? AuthMeters.NO_BACKEND : inquiry.asked();
    }

    @Override
    public Credentials presented() {
        return inquiry == null ? null : inquiry.presented();
    }

    @Override
    public String refusal() {
        return refusal;
    }

    @Override
    public void abandon() {
        if (inquiry != null) {
            inquiry.abandon();
        }
        if (search != null) {
            search.abandon();
        }
    }
}
