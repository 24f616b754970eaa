package org.smtpgate.proxy.upstream;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.smtpgate.proxy.Samples;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.metrics.ConnectionState;
import org.smtpgate.proxy.metrics.GatewayMetrics;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.net.EventLoops;
import org.smtpgate.smtp.Peer;

/** One upstream on several event loops, without a gateway around it. */
final class UpstreamLoops implements AutoCloseable {
    /** Whose transactions need no login. */
    static final Principal ANYBODY = new Principal(
            "session", new Peer("127.0.0.1", 1, "127.0.0.1", 2, "client.test", true, null, null), Map.of(), null);

    private final Vertx vertx = EventLoops.vertx();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<Loop> loops = new ArrayList<>();
    private final UpstreamControl control;
    private Prober prober;

    /** An event loop with what it has of the upstream. */
    record Loop(Context context, Upstream upstream, Deadlines deadlines) {
        /** Does something on the event loop, and waits for what comes of it. */
        <T> T call(Callable<T> task) {
            return await(submit(() -> Future.succeededFuture(task.call())));
        }

        /** Does something on the event loop. */
        <T> Future<T> submit(Callable<Future<T>> task) {
            return Future.future(promise -> context.runOnContext(turn -> {
                try {
                    task.call().onComplete(promise);
                } catch (Exception e) {
                    promise.fail(e);
                }
            }));
        }
    }

    UpstreamLoops(int count, UpstreamSettings settings, Function<Principal, PoolKey> keys) {
        GatewayMetrics metrics = new GatewayMetrics(registry);
        Endpoints endpoints =
                new Endpoints(settings, metrics.upstream(settings.name()).endpoints(), System::nanoTime, Math::random);
        control = new UpstreamControl(settings.name(), metrics.upstream(settings.name()));
        Permits permits = new Permits(settings.pool().maxConnections());
        for (int number = 0; number < count; number++) {
            Context context = ((VertxInternal) vertx).createEventLoopContext();
            loops.add(await(Future.future(promise -> context.runOnContext(turn -> {
                Deadlines deadlines = new Deadlines(vertx);
                Upstream upstream = new Upstream(
                        vertx,
                        settings,
                        Map.of(),
                        keys,
                        endpoints,
                        control,
                        permits,
                        deadlines,
                        metrics.upstream(settings.name()));
                if (loops.isEmpty()) {
                    prober = upstream.prober();
                    prober.start();
                }
                promise.complete(new Loop(context, upstream, deadlines));
            }))));
        }
    }

    /** On one event loop, with one pool for all. */
    static UpstreamLoops one(UpstreamSettings settings) {
        return new UpstreamLoops(1, settings, anybody -> PoolKey.SHARED);
    }

    UpstreamControl control() {
        return control;
    }

    Loop loop(int number) {
        return loops.get(number);
    }

    List<Loop> all() {
        return loops;
    }

    /** See {@link Samples#sum}. */
    double metric(String beginning, String... labels) {
        return Samples.sum(registry, beginning, labels);
    }

    /** How many connections are in a state, over all event loops. */
    int connections(ConnectionState state) {
        return (int) registry.get("smtpgate.upstream.connections")
                .tag("state", state.name().toLowerCase(Locale.ROOT))
                .gauge()
                .value();
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        loops.get(0).call(() -> {
            prober.stop();
            return null;
        });
        for (Loop loop : loops) {
            await(loop.submit(() -> loop.upstream().close()));
        }
        await(vertx.close());
    }
}
