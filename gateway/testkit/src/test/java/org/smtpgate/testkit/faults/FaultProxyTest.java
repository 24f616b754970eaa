package org.smtpgate.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.testkit.PeerEnd;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Transport;

class FaultProxyTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private ScriptedUpstream upstream;

    @BeforeEach
    void start() {
        upstream = ScriptedUpstream.builder().transport(Transport.PLAIN).start();
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    @Test
    void whatMeetsNoFaultGoesThroughWhole() {
        try (FaultProxy proxy = new FaultProxy(upstream.port(), number -> Optional.empty());
                SmtpClient client = SmtpClient.connect(proxy.port())) {
            client.greet();
            send(client, 1);
            client.expect(250);
            client.quit();
            assertThat(upstream.messages()).hasSize(1);
            assertThat(proxy.inflicted()).isEmpty();
            assertThat(proxy.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultPoint.class,
            names = {"STARTTLS", "STARTTLS_REPLY", "TLS_HANDSHAKE", "TLS_DIALOGUE"},
            mode = EnumSource.Mode.EXCLUDE)
    void aConnectionEndsAtEachPoint(FaultPoint point) {
        try (FaultProxy proxy = proxy(FaultKind.EOF, point, 2, 3);
                SmtpClient client = SmtpClient.connect(proxy.port())) {
            Awaitility.await().atMost(SOON).until(() -> ended(client));
            assertThat(proxy.inflicted()).hasSize(1);
            assertThat(upstream.connection(1).awaitEnd(SOON)).isEqualTo(PeerEnd.CLEAN);
            boolean firstOnly = point.ordinal() >= FaultPoint.MAIL.ordinal()
                    && point.ordinal() < FaultPoint.AFTER_END_OF_DATA.ordinal();
            boolean none = point.ordinal() < FaultPoint.MAIL.ordinal();
            assertThat(upstream.messages()).hasSize(none ? 0 : firstOnly ? 1 : 2);
        }
    }

    /** Two messages, in whatever way they end. */
    private static boolean ended(SmtpClient client) {
        try {
            client.greet();
            send(client, 1);
            client.expect(250);
            send(client, 2);
            client.expect(250);
            client.quit();
            return false;
        } catch (AssertionError e) {
            return true;
        }
    }

    private static void send(SmtpClient client, int number) {
        client.transaction("a" + number + "@a.test", "b@b.test", "one\n.two\nX-Test-Id: " + number + "\n");
    }

    @ParameterizedTest
    @EnumSource(names = {"EOF", "RST", "HALF_CLOSE_BY_SERVER", "HANG", "REPLY_421", "REPLY_221"})
    void theClientNeverReadsTheReplyToWhatTheServerTook(FaultKind kind) {
        try (FaultProxy proxy = proxy(kind, FaultPoint.END_OF_DATA_REPLY, 1, 0);
                SmtpClient client = SmtpClient.connect(proxy.port())) {
            client.greet();
            send(client, 1);
            upstream.awaitMessages(1, SOON);
            switch (kind) {
                case REPLY_421 -> client.expect(421);
                case REPLY_221 -> client.expect(221);
                default -> {}
            }
            boolean reset = kind == FaultKind.RST || kind == FaultKind.HANG;
            client.expectEnd(reset ? PeerEnd.RESET : PeerEnd.CLEAN);
        }
    }

    @Test
    void theServerNeverGetsTheDotThatTheClientSent() {
        try (FaultProxy proxy = proxy(FaultKind.EOF, FaultPoint.END_OF_DATA, 1, 0);
                SmtpClient client = SmtpClient.connect(proxy.port())) {
            client.greet();
            send(client, 1);
            client.expectEnd(PeerEnd.CLEAN);
            assertThat(upstream.connection(1).awaitEnd(SOON)).isEqualTo(PeerEnd.CLEAN);
            assertThat(upstream.received()).isEmpty();
        }
    }

    @Test
    void theServerEndsItsHalfAndStillTakesAMessage() {
        try (FaultProxy proxy = proxy(FaultKind.HALF_CLOSE_BY_SERVER, FaultPoint.CONTENT, 1, 0);
                SmtpClient client = SmtpClient.connect(proxy.port())) {
            client.greet();
            send(client, 1);
            client.expectEnd(PeerEnd.CLEAN);
            upstream.awaitMessages(1, SOON);
        }
    }

    @Test
    void theClientsHalfEndsAndItStillReadsTheReply() {
        try (FaultProxy proxy = proxy(FaultKind.HALF_CLOSE_BY_CLIENT, FaultPoint.AFTER_END_OF_DATA, 1, 0);
                SmtpClient client = SmtpClient.connect(proxy.port())) {
            client.greet();
            send(client, 1);
            client.expect(250);
            client.expectEnd(PeerEnd.CLEAN);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DELAY", "TRICKLE"})
    void aConnectionSurvivesWhatIsHarmless(FaultKind kind) {
        try (FaultProxy proxy = proxy(kind, FaultPoint.CONTENT, 1, 2);
                SmtpClient client = SmtpClient.connect(proxy.port())) {
            client.greet();
            send(client, 1);
            client.expect(250);
            client.quit();
            assertThat(kind.harmless()).isTrue();
            assertThat(proxy.inflicted()).hasSize(1);
            assertThat(upstream.messages().get(0).content()).asString().startsWith("one\r\n..two\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS_HANDSHAKE", "TLS_DIALOGUE"})
    void aConnectionBreaksInsideTls(FaultPoint point) {
        try (ScriptedUpstream secured =
                        ScriptedUpstream.builder().transport(Transport.STARTTLS).start();
                FaultProxy proxy = new FaultProxy(
                        secured.port(),
                        always(new PlannedFault(
                                FaultKind.EOF, point, point == FaultPoint.TLS_HANDSHAKE ? 2 : 6, 10, PAUSE)));
                SmtpClient client = SmtpClient.connect(proxy.port())) {
            assertThat(endedInTls(client)).isTrue();
            assertThat(proxy.inflicted()).hasSize(1);
            // The client is through with the handshake before the server is.
            secured.awaitOpenConnections(0, Duration.ofSeconds(10));
            assertThat(secured.connection(1).tls()).isEqualTo(point == FaultPoint.TLS_DIALOGUE);
        }
    }

    private static boolean endedInTls(SmtpClient client) {
        try {
            client.greet();
            client.startTls();
            client.ehlo();
            send(client, 1);
            client.expect(250);
            return false;
        } catch (AssertionError e) {
            return true;
        }
    }

    @Test
    void eachConnectionMeetsWhatIsPlannedForItsNumber() {
        PlannedFault fault = new PlannedFault(FaultKind.EOF, FaultPoint.GREETING, 0, 0, PAUSE);
        try (FaultProxy proxy =
                new FaultProxy(upstream.port(), number -> number == 2 ? Optional.of(fault) : Optional.empty())) {
            for (int number = 1; number <= 3; number++) {
                try (SmtpClient client = SmtpClient.connect(proxy.port())) {
                    if (number == 2) {
                        client.expectEnd(PeerEnd.CLEAN);
                    } else {
                        client.greet();
                        client.quit();
                    }
                }
            }
            assertThat(proxy.inflicted()).isEqualTo(List.of(fault));
        }
    }

    private FaultProxy proxy(FaultKind kind, FaultPoint point, int turn, int offset) {
        return new FaultProxy(upstream.port(), always(new PlannedFault(kind, point, turn, offset, PAUSE)));
    }

    private static IntFunction<Optional<PlannedFault>> always(PlannedFault fault) {
        return number -> Optional.of(fault);
    }
}
