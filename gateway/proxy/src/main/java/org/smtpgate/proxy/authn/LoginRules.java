package org.smtpgate.proxy.authn;

import java.time.Duration;
import java.util.List;
import org.smtpgate.proxy.metrics.AuthMeters;

/** What all exchanges of one {@link Authenticator} have in common. */
record LoginRules(List<NamedBackend> backends, Duration timeout, Duration failureDelay, AuthMeters meters) {
    LoginRules {
        backends = List.copyOf(backends);
    }
}
