package org.smtpgate.proxy.upstream;

import io.vertx.core.Context;
import java.time.Duration;
import org.smtpgate.proxy.metrics.EndpointMeters;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.net.Failures;
import org.smtpgate.smtp.Capabilities;

/**
 * Probes the endpoints of one upstream for all event loops: new ones to learn what they offer, those that were left out
 * to see whether they are back, and live ones at intervals if that is configured.
 *
 * <p>A probe is a connection, so it takes a permit for as long as it lasts. While there is none that nobody waits for, a
 * live endpoint's is put off; the trial of one that was left out, which nothing else will bring back, waits in line for a
 * permit as a pool does. None begins while an operator has the upstream paused or drained. Confined to its event loop.
 */
final class Prober implements Permits.Claimant {
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
    private final Context context;
    private int underWay;
    /** Whose trial waits for a permit; null for nobody's. */
    private Member waiting;

    private boolean stopped;

    Prober(
            Context context,
            UpstreamControl control,
            Endpoints endpoints,
            Permits permits,
            Connector connector,
            Deadlines deadlines,
            EndpointMeters meters) {
        this.context = context;
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
        if (waiting != null) {
            permits.leave(this);
            endpoints.putOffProbe(waiting, PUT_OFF);
            waiting = null;
        }
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
        if (permits.tryAcquire()) {
            begin(member);
        } else if (waiting == null && !endpoints.isLive(member)) {
            waiting = member;
            permits.join();
            permits.claim(this);
        } else {
            endpoints.putOffProbe(member, PUT_OFF);
        }
    }

    @Override
    public void permitGranted() {
        context.runOnContext(turn -> granted());
    }

    private void granted() {
        Member member = waiting;
        if (member == null) {
            permits.release();
            return;
        }
        waiting = null;
        permits.leave(this);
        if (control.active()) {
            begin(member);
        } else {
            permits.release();
            endpoints.putOffProbe(member, PUT_OFF);
        }
    }

    @Override
    public int permitsHeld() {
        return 0;
    }

    /** With a permit that is held. */
    private void begin(Member member) {
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
            endpoints.probeFailed(member, "probe: " + Failures.reason(failure), Connector.refused(failure));
        }
    }
}
