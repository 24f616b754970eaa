package org.smtpgate.proxy;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.smtpgate.proxy.authn.Authenticator;
import org.smtpgate.proxy.downstream.Admission;
import org.smtpgate.proxy.downstream.Listener;
import org.smtpgate.proxy.downstream.ListenerSettings;
import org.smtpgate.proxy.metrics.GatewayMetrics;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.relay.Route;
import org.smtpgate.proxy.routing.Router;
import org.smtpgate.proxy.upstream.Upstreams;

/**
 * One event loop's share of the gateway: its listeners, its pools, its deadlines. Sessions, their transactions and
 * their upstream connections never leave it, so nothing in them needs a lock.
 */
final class EventLoop extends VerticleBase {
    /** How long upstream connections get to say goodbye. */
    private static final Duration GOODBYE = Duration.ofSeconds(5);

    private static final Duration LAG_PROBE = Duration.ofMillis(100);

    private final GatewaySettings settings;
    private final Upstreams upstreams;
    private final Map<String, Authenticator> authenticators;
    private final Map<String, Admission> admissions;
    private final GatewayMetrics metrics;
    private final List<Listener> listeners = new ArrayList<>();
    private final Map<String, Integer> ports = new HashMap<>();
    private Deadlines deadlines;
    private Upstreams.Pools pools;

    EventLoop(
            GatewaySettings settings,
            Upstreams upstreams,
            Map<String, Authenticator> authenticators,
            Map<String, Admission> admissions,
            GatewayMetrics metrics) {
        this.settings = settings;
        this.upstreams = upstreams;
        this.authenticators = authenticators;
        this.admissions = admissions;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        deadlines = new Deadlines(vertx);
        watchLag();
        pools = upstreams.onEventLoop(vertx, deadlines);
        List<Future<Void>> opened = new ArrayList<>();
        for (ListenerSettings listener : settings.listeners()) {
            opened.add(open(listener, -1 - opened.size()));
        }
        return Future.all(opened);
    }

    /** What holds the event loop up makes a timer late, several times if it lasts for several periods. */
    private void watchLag() {
        long begun = System.nanoTime();
        AtomicLong ticks = new AtomicLong();
        vertx.setPeriodic(LAG_PROBE.toMillis(), id -> {
            long due = begun + ticks.incrementAndGet() * LAG_PROBE.toNanos();
            metrics.eventLoopLag(Math.max(0, System.nanoTime() - due));
        });
    }

    /** @param shared stands for a free port that the instances of all event loops share */
    private Future<Void> open(ListenerSettings listener, int shared) {
        String name = listener.name();
        Listener share = new Listener(
                vertx,
                listener,
                listener.port() == 0 ? shared : listener.port(),
                authenticators.get(name),
                new Route(new Router(settings.routes(), name, listener.upstream()), pools::get, deadlines),
                deadlines,
                metrics.listener(name),
                admissions.get(name));
        listeners.add(share);
        return share.open()
                .onSuccess(port -> ports.put(name, port))
                .recover(cause -> Future.failedFuture(new BindException(listener, cause)))
                .mapEmpty();
    }

    /** The port of each listener; known once started. */
    Map<String, Integer> ports() {
        return ports;
    }

    /** Ends all sessions in order. May be called on any thread. */
    Future<Void> drain() {
        Context here = context;
        return Future.future(promise -> here.runOnContext(turn -> {
            List<Future<Void>> drained = new ArrayList<>();
            listeners.forEach(listener -> drained.add(listener.drain(settings.drainDeadline())));
            Future.join(drained).transform((done, failure) -> closePools()).onComplete(promise);
        }));
    }

    private Future<Void> closePools() {
        long timer = vertx.setTimer(GOODBYE.toMillis(), due -> pools.closeNow());
        return pools.close().onComplete((done, failure) -> {
            vertx.cancelTimer(timer);
            deadlines.close();
        });
    }
}
