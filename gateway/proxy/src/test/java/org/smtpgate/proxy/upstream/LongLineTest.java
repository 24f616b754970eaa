package org.smtpgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.smtpgate.testkit.ScriptedUpstream;

/** A line of thousands, each of whom is done with at once, is served one by one, however deep the stack of a thread is. */
class LongLineTest {
    private static final int MANY = 20_000;
    private static final Duration LONG = Duration.ofSeconds(60);

    /** As when a server turns out not to take what each of their messages needs. */
    @Test
    void ofThoseWhoGiveTheConnectionBackAtOnce() {
        try (ScriptedUpstream server = ScriptedUpstream.start();
                UpstreamLoops loops =
                        UpstreamLoops.one(SampleSettings.of(SampleSettings.pool(1, MANY, LONG), server.port()))) {
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
                UpstreamLoops loops =
                        UpstreamLoops.one(SampleSettings.sessions(SampleSettings.pool(2, MANY, LONG), server.port()))) {
            UpstreamLoops.Loop loop = loops.loop(0);
            UpstreamConnection kept = UpstreamLoops.await(loop.submit(
                    () -> loop.upstream().lease(UpstreamLoops.ANYBODY, false).lease()));
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
                UpstreamLoops loops =
                        UpstreamLoops.one(SampleSettings.of(SampleSettings.pool(2, MANY, LONG), server.port()))) {
            UpstreamLoops.Loop loop = loops.loop(0);
            Upstream upstream = loop.upstream();
            UpstreamConnection second = UpstreamLoops.await(loop.submit(() -> upstream.lease(
                            UpstreamLoops.ANYBODY, false)
                    .lease()
                    .compose(first -> {
                        upstream.giveBack(first);
                        return upstream.lease(UpstreamLoops.ANYBODY, false).lease();
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
                .mapToObj(index ->
                        upstream.lease(UpstreamLoops.ANYBODY, false).lease().onSuccess(upstream::giveBack))
                .toList();
    }
}
