package org.smtpgate.proxy.upstream;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.smtp.Peer;
import org.smtpgate.testkit.ScriptedUpstream;

class LifetimeTest {
    private static final Principal ANYBODY = new Principal(
            "s", new Peer("127.0.0.1", 1, "127.0.0.1", 2, "client.test", true, null, null), Map.of(), null);

    /** Else who asks next would get one that has lived too long. */
    @Test
    void anIdleConnectionGoesWhenItHasLivedForLongEnough() {
        UpstreamSettings.Pool pool = new UpstreamSettings.Pool(
                1, 10, Duration.ofSeconds(5), 3, Duration.ofMinutes(5), Duration.ofMillis(500), 1_000);
        try (ScriptedUpstream server = ScriptedUpstream.start();
                UpstreamLoops loops =
                        new UpstreamLoops(1, SampleSettings.of(pool, server.port()), anybody -> PoolKey.SHARED)) {
            UpstreamLoops.Loop loop = loops.loop(0);
            UpstreamLoops.await(loop.submit(() -> {
                Upstream upstream = loop.upstream();
                Future<UpstreamConnection> lease =
                        upstream.lease(ANYBODY, false).lease();
                return lease.onSuccess(upstream::giveBack);
            }));
            server.awaitOpenConnections(0, SampleSettings.SOON);
        }
    }
}
