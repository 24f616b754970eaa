package org.smtpgate.proxy;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.proxy.authn.Authenticator;
import org.smtpgate.proxy.authn.BackendRules;
import org.smtpgate.proxy.authn.GuardedBackend;
import org.smtpgate.proxy.downstream.Admission;
import org.smtpgate.proxy.downstream.ListenerSettings;
import org.smtpgate.proxy.guessing.Guesses;
import org.smtpgate.proxy.metrics.GatewayMetrics;
import org.smtpgate.proxy.metrics.UnknownOutcomes;
import org.smtpgate.proxy.upstream.AccessTokens;
import org.smtpgate.proxy.upstream.Upstreams;

/** A running set of listeners and upstreams, spread over event loops. Built from values; safe for any thread. */
public final class Gateway {
    private final Vertx vertx;
    private final UnknownOutcomes unknownOutcomes;
    private final Upstreams upstreams;
    private final Entrances entrances;
    private final Queue<EventLoop> eventLoops = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Promise<Void>> stopping = new AtomicReference<>();
    private volatile String deployment;
    private volatile boolean ready;

    private Gateway(Vertx vertx, Upstreams upstreams, Entrances entrances, UnknownOutcomes unknownOutcomes) {
        this.entrances = entrances;
        this.vertx = vertx;
        this.upstreams = upstreams;
        this.unknownOutcomes = unknownOutcomes;
    }

    /**
     * Opens every listener, or none.
     *
     * @param backends the backends that listeners name
     * @param tokens the sources of access tokens that upstreams name
     * @param guesses what stands before the backends; it is the caller's to close
     * @return fails with {@link BindException} when a port cannot be had; what was opened is closed again
     */
    public static Future<Gateway> start(
            Vertx vertx,
            GatewaySettings settings,
            Map<String, AuthBackend> backends,
            Map<String, AccessTokens> tokens,
            Guesses guesses,
            MeterRegistry registry) {
        GatewayMetrics metrics = new GatewayMetrics(registry);
        Upstreams upstreams =
                new Upstreams(settings.upstreams(), settings.dns(), tokens, settings.eventLoops(), metrics);
        Map<String, GuardedBackend> guarded = new HashMap<>();
        backends.forEach((name, backend) -> guarded.put(
                name,
                new GuardedBackend(
                        name,
                        backend,
                        settings.backends().getOrDefault(name, BackendRules.DEFAULTS),
                        metrics.backend(name))));
        Entrances entrances = new Entrances(guarded, guesses, metrics);
        Map<String, Authenticator> authenticators = new HashMap<>();
        Map<String, Admission> admissions = new HashMap<>();
        for (ListenerSettings listener : settings.listeners()) {
            authenticators.put(listener.name(), entrances.authenticator(listener));
            admissions.put(listener.name(), new Admission(listener.sessions()));
            metrics.listener(listener.name()).sessionsLimit(listener.sessions());
        }
        Gateway gateway = new Gateway(vertx, upstreams, entrances, metrics.unknownOutcomes());
        DeploymentOptions options = new DeploymentOptions().setInstances(settings.eventLoops());
        return vertx.deployVerticle(
                        () -> {
                            EventLoop eventLoop =
                                    new EventLoop(settings, upstreams, authenticators, admissions, metrics);
                            gateway.eventLoops.add(eventLoop);
                            return eventLoop;
                        },
                        options)
                .map(id -> {
                    gateway.deployment = id;
                    gateway.ready = true;
                    return gateway;
                });
    }

    /**
     * Who logs clients in at an entrance that is no listener: by the same guarded backends, and with the same counts of failed
     * logins.
     *
     * @param entrance in place of a listener's name in metrics
     * @param backends names of backends, asked in this order
     */
    public Authenticator authenticator(String entrance, List<String> backends) {
        return entrances.authenticator(entrance, backends);
    }

    /** The port that a listener is bound to. */
    public int port(String listener) {
        return eventLoops.element().ports().get(listener);
    }

    /** The latest transactions of which nobody knows whether the upstream has the message. */
    public UnknownOutcomes unknownOutcomes() {
        return unknownOutcomes;
    }

    /** The upstreams, to be looked at and taken out of service. */
    public Upstreams upstreams() {
        return upstreams;
    }

    /** Whether new clients are taken: from start to {@link #stop}. */
    public boolean ready() {
        return ready;
    }

    /**
     * Stops listening, lets transactions end within the drain deadline, says goodbye to every client, and closes. The
     * first call counts; a later one waits with it.
     */
    public Future<Void> stop() {
        Promise<Void> stopped = Promise.promise();
        if (!stopping.compareAndSet(null, stopped)) {
            return stopping.get().future();
        }
        ready = false;
        List<Future<Void>> drained = new ArrayList<>();
        eventLoops.forEach(eventLoop -> drained.add(eventLoop.drain()));
        Future.join(drained)
                .transform((done, failure) -> vertx.undeploy(deployment))
                .onComplete(stopped);
        return stopped.future();
    }
}
