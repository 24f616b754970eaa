package org.smtpgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.smtpgate.testkit.Moment.at;
import static org.smtpgate.testkit.Moment.contentAfter;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault, seen by this kit's client, and where it matters by the JDK's own sockets too. */
class FaultTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    @ParameterizedTest
    @MethodSource("faultsByTransport")
    void aFaultInPlaceOfTheReplyToMailIsSeenForWhatItIs(Transport transport, Fault fault) {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .transport(transport)
                        .fault(at(Stage.MAIL), fault)
                        .start();
                SmtpClient client = ScriptedUpstreamTest.greeted(upstream, transport)) {
            client.send("MAIL FROM:<a@a.test>");
            expect(client, fault, transport);
            assertThat(upstream.connection(1).fault()).contains(fault);
        }
    }

    @ParameterizedTest
    @MethodSource("faultsByTransport")
    void aFaultCanComeBeforeTheCommand(Transport transport, Fault fault) {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .transport(transport)
                        .fault(at(Stage.MAIL).nth(2).before(), fault)
                        .start();
                SmtpClient client = ScriptedUpstreamTest.greeted(upstream, transport)) {
            client.transaction("a@a.test", "b@b.test", "x").expect(250);
            expect(client, fault, transport);
        }
    }

    @ParameterizedTest
    @MethodSource("faultsByTransport")
    void anOpenConnectionCanBeEndedOnDemand(Transport transport, Fault fault) {
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().transport(transport).start();
                SmtpClient client = ScriptedUpstreamTest.greeted(upstream, transport)) {
            assertThat(upstream.closeIdle(fault)).isOne();
            expect(client, fault, transport);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"NOOP", "AUTH", "STARTTLS", "XCLIENT", "XFORWARD"},
            mode = EnumSource.Mode.EXCLUDE)
    void everyStageCanBeCutWithAnRst(Stage stage) {
        Moment moment = stage == Stage.CONTENT ? contentAfter(3) : at(stage);
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                .alsoOffers("CHUNKING")
                .fault(moment, Fault.RST)
                .start()) {
            assertThatThrownBy(() -> sendTo(upstream))
                    .isInstanceOf(AssertionError.class)
                    // One before the greeting may come before the client's connect returns.
                    .satisfiesAnyOf(
                            failure -> assertThat(failure).hasMessageContaining("RESET"),
                            failure -> assertThat(failure).hasRootCauseInstanceOf(SocketException.class));
        }
    }

    private static void sendTo(ScriptedUpstream upstream) {
        try (SmtpClient client = SmtpClient.connect(upstream.port())) {
            client.greet();
            client.send("RSET").expect(250);
            client.transaction("a@a.test", "b@b.test", "some text").expect(250);
            client.mail("a@a.test").rcpt("b@b.test").chunk("some", false).expect(250);
            client.chunk("more", true).expect(250);
            client.quit();
        }
    }

    @Test
    void aChunkIsCutAtItsByteAndTheLastOneBehindAFaultIsStillSeen() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .alsoOffers("CHUNKING")
                        .fault(contentAfter(5), Fault.EOF)
                        .fault(at(Stage.BDAT).nth(2), Fault.EOF)
                        .start();
                SmtpClient client = ScriptedUpstreamTest.greeted(upstream, Transport.PLAIN);
                SmtpClient other = ScriptedUpstreamTest.greeted(upstream, Transport.PLAIN)) {
            client.mail("a@a.test").rcpt("b@b.test").chunk("123", false).expect(250);
            client.sendRaw("BDAT 10 LAST\r\n45").expectCleanEnd();
            client.close();
            upstream.connection(1).awaitEnd(SOON);
            assertThat(upstream.connection(1).endsOfData()).isZero();

            other.mail("a@a.test").rcpt("b@b.test").chunk("123", false).expectCleanEnd();
            other.chunk("45", true).close();
            upstream.connection(2).awaitEnd(SOON);
            assertThat(upstream.connection(2).endsOfData()).isOne();
        }
    }

    @Test
    void contentIsCutAtItsByteAndNoEndOfDataIsSeen() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .fault(contentAfter(5), Fault.EOF)
                        .start();
                SmtpClient client = ScriptedUpstreamTest.greeted(upstream, Transport.PLAIN)) {
            client.mail("a@a.test").rcpt("b@b.test").data().sendRaw("1234").expectOpen();
            client.sendRaw("5").expectCleanEnd();
            client.close();
            upstream.connection(1).awaitEnd(SOON);
            assertThat(upstream.connection(1).endsOfData()).isZero();
        }
    }

    @Test
    void anEndOfDataBehindAFaultIsStillSeen() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .fault(contentAfter(0), Fault.HANG)
                        .start();
                SmtpClient client = ScriptedUpstreamTest.greeted(upstream, Transport.PLAIN)) {
            client.mail("a@a.test").rcpt("b@b.test").data().message("text").expectOpen();
            assertThat(upstream.connection(1).endsOfData()).isOne();
            assertThat(upstream.received()).hasSize(1);
            assertThat(upstream.messages()).isEmpty();
        }
    }

    @Test
    void tlsCanBeAbortedInItsHandshake() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .transport(Transport.STARTTLS)
                        .fault(at(Stage.STARTTLS), Fault.TLS_ABORT)
                        .start();
                SmtpClient client = SmtpClient.connect(upstream.port())) {
            client.greet();
            assertThatThrownBy(client::startTls)
                    .hasMessageContaining("beginning TLS")
                    .hasMessageContaining("handshake_failure");
        }
    }

    @Test
    void aPlainSocketReadsConnectionReset() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .fault(at(Stage.EHLO), Fault.RST)
                        .start();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), upstream.port())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write("EHLO x\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Connection reset");
        }
    }

    @Test
    void aPlainSocketReadsTheEnd() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .fault(at(Stage.EHLO), Fault.EOF)
                        .start();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), upstream.port())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write("EHLO x\r\nMAIL FROM:<>\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("220 upstream.test ESMTP\r\n");
        }
    }

    @Test
    void aClosedSocketAnswersFurtherBytesWithAnRst() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .fault(at(Stage.MAIL), Fault.CLOSE)
                        .start();
                SmtpClient client = ScriptedUpstreamTest.greeted(upstream, Transport.PLAIN)) {
            client.send("MAIL FROM:<>").expectCleanEnd();
            Awaitility.await()
                    .atMost(SOON)
                    .untilAsserted(() -> assertThatThrownBy(() -> client.send("RCPT TO:<b@b.test>"))
                            .hasMessageContaining("RESET"));
        }
    }

    @Test
    void theJdksOwnTlsSocketReadsAFatalAlert() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .transport(Transport.IMPLICIT_TLS)
                        .fault(at(Stage.EHLO), Fault.TLS_ABORT)
                        .start();
                SSLSocket socket = (SSLSocket) TestCertificates.clientContext()
                        .getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), upstream.port())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write("EHLO x\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("Received fatal alert");
        }
    }

    private static Stream<Arguments> faultsByTransport() {
        return Stream.of(Transport.values())
                .flatMap(transport -> Stream.of(Fault.values())
                        .filter(fault -> transport != Transport.PLAIN || !fault.needsTls())
                        .map(fault -> Arguments.of(transport, fault)));
    }

    private static void expect(SmtpClient client, Fault fault, Transport transport) {
        switch (fault) {
            case EOF -> client.expectCleanEnd();
            case CLOSE -> client.expectEnd(transport == Transport.PLAIN ? PeerEnd.CLEAN : PeerEnd.TRUNCATED);
            case RST -> client.expectEnd(PeerEnd.RESET);
            case REPLY_421 -> client.expect(421);
            case REPLY_221 -> client.expect(221);
            case TLS_ABORT -> client.expectEnd(PeerEnd.ALERT);
            case TLS_TRUNCATION -> client.expectEnd(PeerEnd.TRUNCATED);
            case HANG -> client.expectOpen();
        }
        if (List.of(Fault.REPLY_421, Fault.REPLY_221).contains(fault)) {
            client.expectCleanEnd();
        }
    }
}
