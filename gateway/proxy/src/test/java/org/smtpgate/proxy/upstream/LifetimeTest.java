package org.smtpgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.smtpgate.testkit.ScriptedUpstream;

class LifetimeTest {

    /** Else who asks next would get one that has lived too long. */
    @Test
    void anIdleConnectionGoesWhenItHasLivedForLongEnough() {
        UpstreamSettings.Pool pool = new UpstreamSettings.Pool(
                1, 10, Duration.ofSeconds(5), 3, Duration.ofMinutes(5), Duration.ofMillis(500), 1_000);
        try (ScriptedUpstream server = ScriptedUpstream.start();
                UpstreamLoops loops = UpstreamLoops.one(SampleSettings.of(pool, server.port()))) {
            UpstreamLoops.Loop loop = loops.loop(0);
            UpstreamLoops.await(loop.submit(() -> {
                Upstream upstream = loop.upstream();
                Future<UpstreamConnection> lease =
                        upstream.lease(UpstreamLoops.ANYBODY, false).lease();
                return lease.onSuccess(upstream::giveBack);
            }));
            server.awaitOpenConnections(0, SampleSettings.SOON);
            assertThat(server.connection(1).quit()).isTrue();
        }
    }
}
