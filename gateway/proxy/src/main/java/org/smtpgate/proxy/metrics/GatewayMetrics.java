package org.smtpgate.proxy.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Every meter of the gateway, grouped by what it is about, and looked up once. Labels have values from our own enums
 * and from the configuration only. Safe for any thread.
 */
public final class GatewayMetrics {
    /** Bounds of what takes from a millisecond to ten minutes, which is how long an upstream may take over a message. */
    static final Duration[] SECONDS = {
        Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(25), Duration.ofMillis(100),
        Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofMinutes(1),
        Duration.ofMinutes(10)
    };
    /** Bounds of what takes from a tenth of a second to an hour. */
    static final Duration[] MINUTES = {
        Duration.ofMillis(100),
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(30),
        Duration.ofHours(1)
    };

    /** Bounds of what should take less than a millisecond, and is bad from a tenth of a second on. */
    static final Duration[] LAG = {
        Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25),
        Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500),
        Duration.ofSeconds(1), Duration.ofSeconds(5)
    };

    /** More than anybody will look into; each has a bound of its own. */
    private static final int UNKNOWN_OUTCOMES_MOST = 1_000;

    private final MeterRegistry registry;
    private final UnknownOutcomes unknownOutcomes;
    private final Timer eventLoopLag;
    private final Map<String, ListenerMeters> listeners = new ConcurrentHashMap<>();
    private final Map<String, UpstreamMeters> upstreams = new ConcurrentHashMap<>();
    private final Map<String, AuthMeters> authentication = new ConcurrentHashMap<>();
    private final Map<String, BackendMeters> backends = new ConcurrentHashMap<>();

    public GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.unknownOutcomes = new UnknownOutcomes(UNKNOWN_OUTCOMES_MOST, registry);
        this.eventLoopLag = timer("smtpgate.event.loop.lag", "How late event loops run what is due", LAG)
                .register(registry);
    }

    /** @param name the listener's configured name */
    public ListenerMeters listener(String name) {
        return listeners.computeIfAbsent(name, listener -> new ListenerMeters(registry, listener, unknownOutcomes));
    }

    /** The latest transactions of unknown outcome, through whichever listener. */
    public UnknownOutcomes unknownOutcomes() {
        return unknownOutcomes;
    }

    /** @param name the upstream's configured name */
    public UpstreamMeters upstream(String name) {
        return upstreams.computeIfAbsent(name, upstream -> new UpstreamMeters(registry, upstream));
    }

    /** @param listener its configured name */
    public AuthMeters authentication(String listener) {
        return authentication.computeIfAbsent(listener, name -> new AuthMeters(registry, name));
    }

    /** @param name the backend's configured name */
    public BackendMeters backend(String name) {
        return backends.computeIfAbsent(name, backend -> new BackendMeters(registry, backend));
    }

    /** An event loop ran a timer this much after it was due. */
    public void eventLoopLag(long nanos) {
        eventLoopLag.record(nanos, TimeUnit.NANOSECONDS);
    }

    static Timer.Builder timer(String name, String help, Duration... bounds) {
        return Timer.builder(name).description(help).serviceLevelObjectives(bounds);
    }
}
