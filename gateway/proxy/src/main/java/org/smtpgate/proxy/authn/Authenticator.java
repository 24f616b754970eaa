package org.smtpgate.proxy.authn;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.SaslBackend;
import org.smtpgate.auth.ScramKeyStore;
import org.smtpgate.auth.Tls;
import org.smtpgate.proxy.guessing.Guesses;
import org.smtpgate.proxy.metrics.AuthMeters;
import org.smtpgate.sasl.ChannelBindings;
import org.smtpgate.sasl.SaslMechanism;
import org.smtpgate.sasl.SaslMechanisms;

/**
 * Logs clients in against a listener's backends. Immutable; all sessions of a listener, on any event loop, share one.
 *
 * <p>Backends are asked in order. {@code InvalidCredentialsException} leads on to the next, a success ends the walk,
 * and so does any other failure: if one backend is broken, the next one's "no" would not be the truth.
 */
public final class Authenticator {
    private final LoginRules rules;
    private final MechanismOffer offer;

    /**
     * @param timeout how long all backends together may take for one login
     * @param guesses who tells when a failure may be answered. As that counts from when the credentials came, a backend that
     *     answers sooner cannot be timed: unknown user and wrong password take equally long
     * @param hostname what the gateway calls itself
     * @param mechanisms the names of those to offer at most, upper case; empty for all that the backends can serve
     */
    public Authenticator(
            List<GuardedBackend> backends,
            Duration timeout,
            Guesses guesses,
            String hostname,
            List<String> mechanisms,
            AuthMeters meters) {
        if (timeout.toMillis() < 1) {
            throw new IllegalArgumentException("timeout must be at least 1 ms, not " + timeout);
        }
        this.rules = new LoginRules(hostname, timeout, guesses, meters);
        this.offer = new MechanismOffer(backends, mechanisms);
        meters.expect(
                offer.ownNames(), backends.stream().map(GuardedBackend::name).toList());
    }

    /** The gateway's own mechanisms that these backends could serve, now or when they know more users. */
    public static List<String> servable(List<AuthBackend> backends) {
        return SaslMechanisms.all().stream()
                .filter(mechanism -> backends.stream().anyMatch(backend -> mayServe(mechanism, backend)))
                .map(SaslMechanism::name)
                .toList();
    }

    /** Whether these backends could serve a mechanism; one that speaks SASL itself might speak any, someday. */
    public static boolean mayServe(String mechanism, List<AuthBackend> backends) {
        return servable(backends).contains(mechanism) || backends.stream().anyMatch(SaslBackend.class::isInstance);
    }

    private static boolean mayServe(SaslMechanism mechanism, AuthBackend backend) {
        return mechanism.keyHash() == null
                ? backend.accepts().contains(mechanism.presents())
                : backend instanceof ScramKeyStore;
    }

    /**
     * The names of the mechanisms to offer, the strongest first: those that a backend can serve, on this connection, now.
     *
     * @param tls null without encryption
     */
    public List<String> mechanisms(Tls tls, ChannelBindings bindings) {
        return offer.names(tls, bindings);
    }

    /**
     * Begins to answer one AUTH command. To be called on the session's event loop, which the exchange then belongs to.
     *
     * @return empty when this mechanism is not offered: 504
     */
    public Optional<AuthExchange> begin(String mechanism, Visit visit) {
        String name = mechanism.toUpperCase(Locale.ROOT);
        List<String> offered = offer.names(visit.origin().tls(), visit.bindings());
        return offered.contains(name)
                ? dialogue(name, visit, offered)
                        .map(dialogue -> new AuthExchange(name, dialogue, visit.origin(), rules))
                : Optional.empty();
    }

    private Optional<Dialogue> dialogue(String name, Visit visit, List<String> offered) {
        SaslMechanism own = SaslMechanisms.named(name).orElse(null);
        List<GuardedBackend> judges = own == null ? List.of() : offer.serving(own);
        if (judges.isEmpty()) {
            return offer.speaking(name, visit.origin().encrypted())
                    .map(speaker -> new PassedDialogue(speaker, name, visit.origin(), rules));
        }
        boolean bindingOffered = offered.contains(name + "-PLUS");
        return Optional.of(new OwnDialogue(own, judges, visit, bindingOffered, rules));
    }
}
