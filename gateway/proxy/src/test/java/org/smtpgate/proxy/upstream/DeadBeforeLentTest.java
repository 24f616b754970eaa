package org.smtpgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.Transport;

/** What the kernel has of a connection and the event loop has not read yet is looked at before the connection is lent. */
class DeadBeforeLentTest {

    static Stream<Arguments> ends() {
        return Stream.of(Transport.PLAIN, Transport.STARTTLS, Transport.IMPLICIT_TLS)
                .flatMap(transport -> Stream.of(Fault.EOF, Fault.RST, Fault.REPLY_421, Fault.REPLY_221)
                        .map(fault -> Arguments.of(transport, fault)));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void a_connection_that_ended_in_this_turn_of_the_event_loop_is_not_lent(Transport transport, Fault fault) {
        try (ScriptedUpstream server =
                        ScriptedUpstream.builder().transport(transport).start();
                UpstreamLoops loops = UpstreamLoops.one(SampleSettings.secured(mode(transport), server.port()))) {
            UpstreamLoops.Loop loop = loops.loop(0);
            UpstreamConnection dead = UpstreamLoops.await(loop.submit(
                    () -> loop.upstream().lease(UpstreamLoops.ANYBODY, false).lease()));
            UpstreamConnection lent = UpstreamLoops.await(loop.submit(() -> {
                loop.upstream().giveBack(dead);
                server.closeIdle(fault);
                return leaseInThisTurn(loop.upstream(), dead);
            }));
            loop.call(() -> {
                loop.upstream().giveBack(lent);
                return null;
            });
            assertThat(lent).isNotSameAs(dead);
            assertThat(dead.lost()).isTrue();
            assertThat(server.connections()).hasSize(2);
        }
    }

    /** The event loop reads nothing meanwhile, since it is here; how long the end takes to get here is the kernel's. */
    private static Future<UpstreamConnection> leaseInThisTurn(Upstream upstream, UpstreamConnection dead) {
        long until = System.nanoTime() + SampleSettings.SOON.toNanos();
        while (System.nanoTime() - until < 0) {
            Future<UpstreamConnection> lease =
                    upstream.lease(UpstreamLoops.ANYBODY, false).lease();
            if (lease.result() != dead) {
                return lease;
            }
            upstream.giveBack(dead);
        }
        return Future.failedFuture("it was lent although it was dead");
    }

    private static TlsMode mode(Transport transport) {
        return switch (transport) {
            case PLAIN -> TlsMode.NONE;
            case STARTTLS -> TlsMode.STARTTLS;
            case IMPLICIT_TLS -> TlsMode.IMPLICIT;
        };
    }
}
