package org.smtpgate.proxy;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import org.smtpgate.auth.AuthBackend;

/** A running set of listeners and upstreams. */
public final class Gateway {
    private Gateway() {}

    /**
     * Opens every listener, or none.
     *
     * @param backends the backends that listeners name
     * @return fails when a port cannot be bound; what was opened is closed again
     */
    public static Future<Gateway> start(
            Vertx vertx, GatewaySettings settings, Map<String, AuthBackend> backends, MeterRegistry registry) {
        return Future.failedFuture("not built");
    }

    /** The port that a listener is bound to. */
    public int port(String listener) {
        return 0;
    }

    /** Whether new clients are taken: from start to {@link #stop}. */
    public boolean ready() {
        return false;
    }

    /** Stops listening, lets transactions end within the drain deadline, says goodbye to every client, and closes. */
    public Future<Void> stop() {
        return Future.succeededFuture();
    }
}
