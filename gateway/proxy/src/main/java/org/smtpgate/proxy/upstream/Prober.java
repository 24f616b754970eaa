package org.smtpgate.proxy.upstream;

import java.time.Duration;
import org.smtpgate.proxy.metrics.EndpointMeters;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.smtp.Capabilities;

/**
 * Probes the endpoints of one upstream for all event loops: new ones to learn what they offer, those that were left out
 * to see whether they are back, and live ones at intervals if that is configured.
 *
 * <p>A probe is a connection, so it takes a permit for as long as it lasts; while there is none that nobody waits for, it
 * is put off. None begins while an operator has the upstream paused or drained. Confined to its event loop.
 */
final class Prober {
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration PUT_OFF = Duration.ofSeconds(1);
    private static final int AT_A_TIME_MAX = 8;

    private final UpstreamControl control;
    private final Endpoints endpoints;
    private final Permits permits;
    private final Connector connector;
    private final Deadlines deadlines;
    private final EndpointMeters meters;
    private final Deadlines.Deadline tick;
    private int underWay;
    private boolean stopped;

    Prober(
            UpstreamControl control,
            Endpoints endpoints,
            Permits permits,
            Connector connector,
            Deadlines deadlines,
            EndpointMeters meters) {
        this.control = control;
        this.endpoints = endpoints;
        this.permits = permits;
        this.connector = connector;
        this.deadlines = deadlines;
        this.meters = meters;
        this.tick = deadlines.create(this::tick);
    }

    void start() {
        tick();
    }

    /** Begins no more probes; one under way ends in its time. */
    void stop() {
        stopped = true;
        tick.clear();
    }

    private void tick() {
        tick.in(TICK);
        while (control.active() && underWay < AT_A_TIME_MAX) {
            Member member = endpoints.beginProbe();
            if (member == null) {
                return;
            }
            probe(member);
        }
    }

    private void probe(Member member) {
        if (!permits.tryAcquire()) {
            endpoints.putOffProbe(member, PUT_OFF);
            return;
        }
        underWay++;
        long since = System.nanoTime();
        connector.probe(member, deadlines).onComplete((offered, failure) -> {
            underWay--;
            permits.release();
            if (stopped) {
                endpoints.putOffProbe(member, PUT_OFF);
            } else {
                meters.probed(failure == null, System.nanoTime() - since);
                ended(member, offered, failure);
            }
        });
    }

    private void ended(Member member, Capabilities offered, Throwable failure) {
        if (failure == null) {
            endpoints.probeSucceeded(member, offered);
        } else {
            endpoints.probeFailed(member, "probe: " + Connector.reason(failure), Connector.refused(failure));
        }
    }
}
