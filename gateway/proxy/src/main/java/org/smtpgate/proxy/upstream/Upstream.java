package org.smtpgate.proxy.upstream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import org.smtpgate.proxy.dns.Names;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.metrics.Retry;
import org.smtpgate.proxy.metrics.UpstreamMeters;
import org.smtpgate.proxy.metrics.WaitResult;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.smtp.Capabilities;

/**
 * One upstream as one event loop has it: a pool for each {@link PoolKey} in use. Confined to its event loop.
 *
 * <p>A pool is made for its first lease, and gone with its last connection; what has a bound for the upstream, its queue
 * and its connections, is counted here and in {@link Permits} over all of them.
 */
public final class Upstream {
    /** For how long a connection stays in its pool though others could use its permit, since to move it costs two. */
    private static final Duration STAY = Duration.ofMillis(50);

    private static final Key SHARED = new Key(PoolKey.SHARED, null);

    private final Context context;
    private final UpstreamSettings settings;
    private final Function<Principal, PoolKey> keys;
    private final UpstreamControl control;
    private final Permits permits;
    private final Deadlines deadlines;
    private final UpstreamMeters meters;
    private final Connector connector;
    private final Load load;
    private final Endpoints endpoints;
    private final Map<Key, UpstreamPool> pools = new HashMap<>();
    /** The pools with idle connections; who has had some for longest comes first. */
    private final Set<UpstreamPool> resting = new LinkedHashSet<>();
    /** When to part with an idle connection that others wait for. */
    private final Deadlines.Deadline parting;
    /** Whether {@link #permitWanted} is on its way. */
    private final AtomicBoolean told = new AtomicBoolean();

    private final Promise<Void> closed = Promise.promise();
    /** Who wants to know when there is no connection. */
    private final List<Promise<Void>> quiet = new ArrayList<>();

    private boolean closing;
    /** Null when no connections are kept idle. */
    private WarmUp warmUp;

    /**
     * What the connections of a pool have in common.
     *
     * @param preferred where they should lead to; null for anywhere
     */
    record Key(PoolKey identity, Member preferred) {}

    /**
     * @param tokens the sources of access tokens by their names
     * @param keys which connections may serve a principal
     */
    Upstream(
            Vertx vertx,
            UpstreamSettings settings,
            Map<String, AccessTokens> tokens,
            Function<Principal, PoolKey> keys,
            Endpoints endpoints,
            UpstreamControl control,
            Permits permits,
            Deadlines deadlines,
            UpstreamMeters meters) {
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.keys = keys;
        this.endpoints = endpoints;
        this.control = control;
        this.permits = permits;
        this.deadlines = deadlines;
        this.meters = meters;
        this.connector = new Connector(vertx, settings, tokens, endpoints);
        this.load = new Load(settings.pool().queueLength());
        this.parting = deadlines.create(() -> part(Allotment::promiseIfClaimed));
        meters.queueAdded(settings.pool().queueLength());
        permits.watch(() -> {
            if (told.compareAndSet(false, true)) {
                context.runOnContext(turn -> permitWanted());
            }
        });
        control.watch(() -> Future.future(quiet -> context.runOnContext(turn -> modeChanged(quiet))));
        endpoints.watch(() -> context.runOnContext(turn -> endpointsChanged()));
    }

    /** Keeps so many idle connections ready that may serve anybody. */
    void keepIdle(int least) {
        warmUp = new WarmUp(pool(SHARED), least, deadlines);
        warmUp.start();
    }

    private UpstreamPool pool(Key key) {
        return pools.computeIfAbsent(key, absent -> new UpstreamPool(this, absent));
    }

    // For whoever leases

    /**
     * Lends a connection.
     *
     * @param principal whom it is for
     * @param fresh whether only a new connection will do, since one that lay in the pool has just turned out dead
     * @return its future fails with {@link NoLeaseException}; a connection that comes is to be given back
     */
    public Waiter lease(Principal principal, boolean fresh) {
        NoLeaseException.Reason objection = settings.identity().objectionTo(principal);
        if (objection != null) {
            meters.waitBegan();
            meters.waitEnded(WaitResult.AUTHENTICATION, 0);
            return Waiter.refused(principal, new NoLeaseException(objection, "the gateway logs in as its clients"));
        }
        boolean byLogin = settings.balancing() == UpstreamSettings.Balancing.HASH_LOGIN;
        Key key = new Key(keys.apply(principal), byLogin ? endpoints.preferred(Connector.login(principal)) : null);
        return pool(key).lease(principal, fresh);
    }

    /** Lends a new connection in place of one that was lost in a transaction, to another endpoint if there is one. */
    public Waiter replace(Principal principal, UpstreamConnection lost) {
        endpoints.avoid(lost.member());
        return lease(principal, true);
    }

    /** Whether a connection that it has lent may serve this principal too. */
    public boolean serves(UpstreamConnection connection, Principal principal) {
        return connection.pool().key().identity().equals(keys.apply(principal));
    }

    /** Takes a connection back, whatever it was left in the middle of. */
    public void giveBack(UpstreamConnection connection) {
        connection.pool().giveBack(connection);
    }

    /** Takes a connection back that must not be used again. */
    public void discard(UpstreamConnection connection, String why) {
        connection.pool().discard(connection, why);
    }

    /** Takes a connection back that no other session may use: says goodbye to the upstream, if it still can. */
    public void retire(UpstreamConnection connection) {
        connection.pool().retire(connection);
    }

    /**
     * Whether a connection leads to where none should lead any more, or an operator wants it gone: a session that keeps it
     * should part with it between transactions, and lease another.
     */
    public boolean outdated(UpstreamConnection connection) {
        Member preferred = connection.pool().key().preferred();
        boolean astray = preferred != null && connection.member() != preferred && endpoints.isLive(preferred);
        return !connection.member().wanted() || astray || !control.active() || control.outdated(connection);
    }

    /** A transaction went from a connection that was lost to another, or failed to. */
    public void retried(Retry retry, boolean done) {
        meters.retried(retry, done);
    }

    /** What all live endpoints offer of which that is known; null before that. */
    public Capabilities capabilities() {
        return endpoints.capabilities();
    }

    public UpstreamSettings settings() {
        return settings;
    }

    // For the pools

    Context context() {
        return context;
    }

    Permits permits() {
        return permits;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    UpstreamMeters meters() {
        return meters;
    }

    UpstreamControl control() {
        return control;
    }

    Endpoints endpoints() {
        return endpoints;
    }

    Connector connector() {
        return connector;
    }

    /** One that probes from this event loop. */
    Prober prober() {
        return new Prober(context, control, endpoints, permits, connector, deadlines, meters.endpoints());
    }

    /** Those that find the addresses of the endpoints which have a name, from this event loop. */
    List<Resolution> resolutions(Names names) {
        return settings.endpoints().stream()
                .filter(endpoint -> !endpoint.isAddress())
                .map(endpoint ->
                        new Resolution(settings.name(), endpoint, names, endpoints, meters.endpoints(), deadlines))
                .toList();
    }

    Load load() {
        return load;
    }

    boolean closing() {
        return closing;
    }

    /** How many pools there are. */
    int size() {
        return pools.size();
    }

    /** A pool has idle connections that it had not before, or has none any more. */
    void rests(UpstreamPool pool, boolean some) {
        if (some) {
            resting.add(pool);
        } else {
            resting.remove(pool);
        }
    }

    /** A pool has nothing left. The shared one stays for what it knows of the upstream's troubles. */
    void emptied(UpstreamPool pool) {
        if ((closing || !pool.key().equals(SHARED)) && pools.remove(pool.key(), pool)) {
            pool.gone();
            closedIfEmpty();
        }
    }

    private void modeChanged(Promise<Void> whenQuiet) {
        endpointsChanged();
        if (control.active()) {
            whenQuiet.complete();
        } else {
            quiet.add(whenQuiet);
            quietIfIdle();
        }
    }

    /** A connection is closed, or could not be made. */
    void quietIfIdle() {
        if (!quiet.isEmpty() && pools.values().stream().allMatch(UpstreamPool::isQuiet)) {
            List<Promise<Void>> told = List.copyOf(quiet);
            quiet.clear();
            told.forEach(Promise::tryComplete);
        }
    }

    private void endpointsChanged() {
        new ArrayList<>(pools.values()).forEach(UpstreamPool::endpointsChanged);
    }

    // Making room for others

    private void permitWanted() {
        told.set(false);
        part(Allotment::promiseIfNeeded);
    }

    /** Parts with an idle connection of the first pool that can promise its permit to others. */
    private void part(Predicate<Allotment> promise) {
        for (UpstreamPool pool : resting) {
            if (promise.test(pool.permits())) {
                pool.retireOldest();
                break;
            }
        }
        partSoon();
    }

    /** Sees to it that idle connections do not stay for long beside those who wait. */
    void partSoon() {
        if (parting.isSet()) {
            return;
        }
        for (UpstreamPool pool : resting) {
            if (pool.permits().claimedByOthers()) {
                parting.in(STAY);
                return;
            }
        }
    }

    /** Whether a connection has stayed for long enough where it is. */
    static boolean stayed(UpstreamConnection connection) {
        return connection.olderThan(STAY);
    }

    // Ending

    /** Lends no more, says goodbye on idle connections, and completes when the last one is closed. */
    Future<Void> close() {
        closing = true;
        if (warmUp != null) {
            warmUp.stop();
        }
        new ArrayList<>(pools.values()).forEach(UpstreamPool::close);
        closedIfEmpty();
        return closed.future().eventually(connector::close);
    }

    private void closedIfEmpty() {
        if (closing && pools.isEmpty()) {
            parting.clear();
            quietIfIdle();
            closed.tryComplete();
        }
    }

    /** Closes what is still open. */
    void closeNow() {
        List<UpstreamPool> all = new ArrayList<>(pools.values());
        all.forEach(UpstreamPool::closeNow);
    }
}
