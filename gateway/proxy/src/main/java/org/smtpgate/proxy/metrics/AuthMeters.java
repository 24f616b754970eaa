package org.smtpgate.proxy.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The logins of one listener. Its labels come from configured names and our own enums alone. */
public final class AuthMeters {
    private final MeterRegistry registry;
    private final String listener;

    public AuthMeters(MeterRegistry registry, String listener) {
        this.registry = registry;
        this.listener = listener;
    }

    /**
     * Counts one AUTH command.
     *
     * @param backend the backend that was asked last, or {@code none}
     * @param nanos how long the backends took, the failure delay not included; 0 when none was asked
     */
    public void attempted(String mechanism, String backend, AuthResult result, long nanos) {
        Tags tags = Tags.of(
                "listener", listener,
                "mechanism", mechanism,
                "backend", backend,
                "result", result.name().toLowerCase(Locale.ROOT));
        registry.timer("smtpgate.auth.attempts", tags).record(nanos, TimeUnit.NANOSECONDS);
    }
}
