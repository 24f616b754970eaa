package org.smtpgate.proxy.authn;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.smtpgate.auth.Origin;
import org.smtpgate.proxy.metrics.AuthMeters;
import org.smtpgate.sasl.CredentialKind;
import org.smtpgate.sasl.SaslMechanisms;

/**
 * Logs clients in against a listener's backends. Immutable; all sessions of a listener, on any event loop, share one.
 *
 * <p>Backends are asked in order. {@code InvalidCredentialsException} leads on to the next, a success ends the walk,
 * and so does any other failure: if one backend is broken, the next one's "no" would not be the truth.
 */
public final class Authenticator {
    /** Long enough to make guessing slow, short enough not to annoy who mistyped. */
    public static final Duration DEFAULT_FAILURE_DELAY = Duration.ofSeconds(1);

    private static final Duration MAX_FAILURE_DELAY = Duration.ofSeconds(30);

    private final LoginRules rules;
    private final List<String> mechanisms;

    /**
     * @param timeout how long all backends together may take for one login
     * @param failureDelay the least time from a client's credentials to their rejection. As it counts from the start, a
     *     backend that answers within it cannot be timed: unknown user and wrong password take equally long
     */
    public Authenticator(List<NamedBackend> backends, Duration timeout, Duration failureDelay, AuthMeters meters) {
        if (timeout.toMillis() < 1) {
            throw new IllegalArgumentException("timeout must be at least 1 ms, not " + timeout);
        }
        if (failureDelay.isNegative() || failureDelay.compareTo(MAX_FAILURE_DELAY) > 0) {
            throw new IllegalArgumentException(
                    "failure delay must be from 0 to " + MAX_FAILURE_DELAY + ", not " + failureDelay);
        }
        this.rules = new LoginRules(backends, timeout, failureDelay, meters);
        this.mechanisms = SaslMechanisms.namesFor(kindsAcceptedBy(backends));
        meters.expect(mechanisms, backends.stream().map(NamedBackend::name).toList());
    }

    /** The names of the mechanisms to offer: those that present what at least one backend accepts. */
    public List<String> mechanisms() {
        return mechanisms;
    }

    /**
     * Begins to answer one AUTH command. To be called on the session's event loop, which the exchange then belongs to.
     *
     * @return empty when this mechanism is not offered: 504
     */
    public Optional<AuthExchange> begin(String mechanism, Origin origin) {
        return SaslMechanisms.named(mechanism)
                .filter(found -> mechanisms.contains(found.name()))
                .map(found -> new AuthExchange(found, origin, rules));
    }

    private static Set<CredentialKind> kindsAcceptedBy(List<NamedBackend> backends) {
        Set<CredentialKind> kinds = EnumSet.noneOf(CredentialKind.class);
        backends.forEach(named -> kinds.addAll(named.backend().accepts()));
        return kinds;
    }
}
