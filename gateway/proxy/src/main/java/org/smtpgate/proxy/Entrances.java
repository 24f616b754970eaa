package org.smtpgate.proxy;

import java.util.List;
import java.util.Map;
import org.smtpgate.proxy.authn.Authenticator;
import org.smtpgate.proxy.authn.GuardedBackend;
import org.smtpgate.proxy.downstream.ListenerSettings;
import org.smtpgate.proxy.guessing.Guesses;
import org.smtpgate.proxy.metrics.GatewayMetrics;

/** What all entrances for clients' logins have in common. */
record Entrances(Map<String, GuardedBackend> backends, Guesses guesses, GatewayMetrics metrics) {

    Authenticator authenticator(ListenerSettings listener) {
        return new Authenticator(
                guarded(listener.auth().backends()),
                listener.auth().timeout(),
                guesses,
                listener.hostname(),
                listener.auth().mechanisms(),
                metrics.authentication(listener.name()));
    }

    /** @param name in place of a listener's */
    Authenticator authenticator(String name, List<String> named) {
        ListenerSettings.Auth usual = ListenerSettings.Auth.NONE;
        return new Authenticator(
                guarded(named), usual.timeout(), guesses, name, usual.mechanisms(), metrics.authentication(name));
    }

    private List<GuardedBackend> guarded(List<String> named) {
        return named.stream().map(backends::get).toList();
    }
}
