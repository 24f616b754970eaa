package org.smtpgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.smtp.Peer;
import org.smtpgate.testkit.ScriptedUpstream;

/** A line of thousands, each of whom is done with at once, is served one by one, however deep the stack of a thread is. */
class LongLineTest {
    private static final int MANY = 20_000;
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Principal ANYBODY = new Principal(
            "s", new Peer("127.0.0.1", 1, "127.0.0.1", 2, "client.test", true, null, null), Map.of(), null);

    /** As when a server turns out not to take what each of their messages needs. */
    @Test
    void ofThoseWhoGiveTheConnectionBackAtOnce() {
        try (ScriptedUpstream server = ScriptedUpstream.start();
                UpstreamLoops loops = new UpstreamLoops(
                        1,
                        SampleSettings.of(SampleSettings.pool(1, MANY, LONG), server.port()),
                        anybody -> PoolKey.SHARED)) {
            UpstreamLoops.Loop loop = loops.loop(0);
            List<Future<UpstreamConnection>> leases = loop.call(() -> line(loop.upstream()));
            leases.forEach(UpstreamLoops::await);
            assertThat(server.connections()).hasSize(1);
        }
    }

    /** With a connection for each session those that exist are of no use to others. */
    @Test
    void ofThoseForWhomNoEndpointIsLeft() {
        try (ScriptedUpstream server = ScriptedUpstream.start();
                UpstreamLoops loops = new UpstreamLoops(
                        1,
                        SampleSettings.sessions(SampleSettings.pool(2, MANY, LONG), server.port()),
                        anybody -> PoolKey.SHARED)) {
            UpstreamLoops.Loop loop = loops.loop(0);
            UpstreamConnection kept = UpstreamLoops.await(
                    loop.submit(() -> loop.upstream().lease(ANYBODY, false).lease()));
            server.stopListening();
            List<Future<UpstreamConnection>> leases = loop.call(() -> line(loop.upstream()));
            UpstreamLoops.await(Future.join(leases).otherwiseEmpty());
            assertThat(leases).allMatch(Future::failed);
            loop.call(() -> {
                loop.upstream().giveBack(kept);
                return null;
            });
        }
    }

    /** As when a client has pipelined its next transaction. */
    @Test
    void whoGivesAConnectionBackAtOnceAndAsksAgainGetsTheSame() {
        try (ScriptedUpstream server = ScriptedUpstream.start();
                UpstreamLoops loops = new UpstreamLoops(
                        1,
                        SampleSettings.of(SampleSettings.pool(2, MANY, LONG), server.port()),
                        anybody -> PoolKey.SHARED)) {
            UpstreamLoops.Loop loop = loops.loop(0);
            Upstream upstream = loop.upstream();
            UpstreamConnection second = UpstreamLoops.await(loop.submit(() -> upstream.lease(ANYBODY, false)
                    .lease()
                    .compose(first -> {
                        upstream.giveBack(first);
                        return upstream.lease(ANYBODY, false).lease();
                    })));
            loop.call(() -> {
                upstream.giveBack(second);
                return null;
            });
            assertThat(server.connections()).hasSize(1);
        }
    }

    private static List<Future<UpstreamConnection>> line(Upstream upstream) {
        return IntStream.range(0, MANY)
                .mapToObj(index -> upstream.lease(ANYBODY, false).lease().onSuccess(upstream::giveBack))
                .toList();
    }
}
