package org.smtpgate.proxy.authn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.smtpgate.proxy.authn.EventLoop.bytes;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.proxy.metrics.AuthMeters;

/** Logins at authenticators whose backends are named backend-1, backend-2 and so on; they share one event loop. */
final class Logins implements AutoCloseable {
    private final EventLoop loop = new EventLoop();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    EventLoop loop() {
        return loop;
    }

    AuthMeters meters() {
        return new AuthMeters(registry, "submission");
    }

    AuthExchange begin(Authenticator authenticator, String mechanism) throws Exception {
        return loop.run(() -> authenticator.begin(mechanism, EventLoop.VISIT).orElseThrow());
    }

    AuthOutcome say(AuthExchange exchange, String message) throws Exception {
        return loop.await(() -> exchange.respond(message == null ? null : bytes(message)));
    }

    String challenge(AuthOutcome outcome) {
        return new String(((AuthOutcome.Challenge) outcome).bytes(), UTF_8);
    }

    Authenticator authenticator(AuthBackend... backends) {
        List<GuardedBackend> named = new ArrayList<>();
        for (AuthBackend backend : backends) {
            named.add(Guarded.of("backend-" + (named.size() + 1), backend));
        }
        return authenticator(named, List.of());
    }

    Authenticator authenticator(List<GuardedBackend> backends, List<String> mechanisms) {
        return new Authenticator(
                backends,
                Duration.ofSeconds(10),
                Guarded.guesses(Duration.ZERO),
                "gate.example.org",
                mechanisms,
                new AuthMeters(registry, "submission"));
    }

    /** What was counted: mechanism, backend, result, how often. */
    List<String> attempts() {
        return registry.find("smtpgate.auth.attempts").counters().stream()
                .filter(counter -> counter.count() > 0)
                .map(counter -> counter.getId().getTag("mechanism") + " "
                        + counter.getId().getTag("backend") + " "
                        + counter.getId().getTag("outcome") + " " + (int) counter.count())
                .toList();
    }

    @Override
    public void close() {
        loop.close();
    }
}
