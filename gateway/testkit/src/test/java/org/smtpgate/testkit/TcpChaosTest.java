package org.smtpgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.testkit.TcpChaos.Cut;
import org.smtpgate.testkit.TcpChaos.Flow;

class TcpChaosTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    private ScriptedUpstream upstream;
    private TcpChaos chaos;
    private SmtpClient client;

    @BeforeEach
    void start() {
        upstream = ScriptedUpstream.start();
        chaos = new TcpChaos(upstream.port());
        client = SmtpClient.connect(chaos.port());
    }

    @AfterEach
    void close() {
        client.close();
        chaos.close();
        upstream.close();
    }

    @Test
    void carriesASessionAndItsEnd() {
        client.greet();
        client.transaction("a@a.test", "b@b.test", "x".repeat(100_000)).expect(250);
        client.quit();
        client.halfClose();
        assertThat(upstream.connection(1).awaitEnd(SOON)).isEqualTo(PeerEnd.CLEAN);
        assertThat(chaos.passed(Flow.TO_SERVER)).isGreaterThan(100_000);
    }

    @Test
    void deliversByteByByte() {
        chaos.oneByOne(Flow.TO_SERVER).oneByOne(Flow.TO_CLIENT);
        client.greet();
        client.transaction("a@a.test", "b@b.test", "one\n.two\n").expect(250);
        assertThat(upstream.messages().get(0).content()).asString().isEqualTo("one\r\n..two\r\n");
    }

    @ParameterizedTest
    @EnumSource
    void cutsBothSidesAtAByte(Cut how) {
        chaos.cutAfter(Flow.TO_CLIENT, "220 upstream.test ESMTP\r\n".length(), how);
        client.expect(220);
        client.expectEnd(how == Cut.FIN ? PeerEnd.CLEAN : PeerEnd.RESET);
        assertThat(upstream.connection(1).awaitEnd(SOON)).isEqualTo(how == Cut.FIN ? PeerEnd.CLEAN : PeerEnd.RESET);
    }

    @Test
    void aPausedDirectionHoldsTheSenderBack() throws Exception {
        client.greet();
        client.mail("a@a.test").rcpt("b@b.test").data();
        chaos.pause(Flow.TO_SERVER);
        byte[] much = ("x".repeat(998) + "\r\n").repeat(16_000).getBytes();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> client.sendRaw(much));
        assertThat(sending).failsWithin(300, TimeUnit.MILLISECONDS);
        chaos.resume(Flow.TO_SERVER);
        assertThat(sending).succeedsWithin(SOON);
        client.send(".").expect(250);
        assertThat(upstream.messages().get(0).size()).isEqualTo(much.length);
    }

    @ParameterizedTest
    @EnumSource
    void cutsAllOnDemand(Cut how) {
        client.greet();
        chaos.cutAll(how);
        client.expectEnd(how == Cut.FIN ? PeerEnd.CLEAN : PeerEnd.RESET);
    }
}
