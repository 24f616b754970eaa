package org.smtpgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.testkit.Moment.at;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScriptedUpstreamTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    @ParameterizedTest
    @EnumSource
    void takesAMessageAsItStoodOnTheWire(Transport transport) {
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().transport(transport).start();
                SmtpClient client = greeted(upstream, transport)) {
            client.transaction("a@client.test", "b@upstream.test", "X-Test-Id: 17\n\n.dot\nend")
                    .expect(250, "2.0.0");
            client.quit();

            Message message = upstream.messages().get(0);
            assertThat(message.id()).isEqualTo("17");
            assertThat(message.content()).asString().isEqualTo("X-Test-Id: 17\r\n\r\n..dot\r\nend\r\n");
            assertThat(message.text()).isEqualTo("X-Test-Id: 17\r\n\r\n.dot\r\nend\r\n");
            assertThat(message.size()).isEqualTo(message.content().length);
            assertThat(message.sender()).isEqualTo("a@client.test");
            assertThat(message.recipients()).containsExactly("b@upstream.test");
            assertThat(message.bareNewline()).isFalse();
            UpstreamConnection connection = upstream.connection(1);
            assertThat(connection.quit()).isTrue();
            assertThat(connection.tls()).isEqualTo(transport != Transport.PLAIN);
            client.close();
            assertThat(upstream.violations()).isEmpty();
        }
    }

    @Test
    void takesAMessageInChunksAsItIs() {
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().alsoOffers("CHUNKING").start();
                SmtpClient client = greeted(upstream, Transport.PLAIN)) {
            client.mail("a@client.test").rcpt("b@upstream.test");
            client.chunk("X-Test-Id: 18\r\n\r\n.\r", false).expect(250);
            client.chunk("\n.\r\nend\n", false).expect(250);
            client.chunk("", true).expect(250);
            client.quit();

            Message message = upstream.messages().get(0);
            assertThat(message.id()).isEqualTo("18");
            assertThat(message.chunks()).isEqualTo(3);
            assertThat(message.text()).isEqualTo("X-Test-Id: 18\r\n\r\n.\r\n.\r\nend\n");
            assertThat(message.bareNewline()).isTrue();
            assertThat(upstream.violations()).isEmpty();
        }
    }

    @Test
    void passesOverChunksThatHaveNoPlace() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                SmtpClient client = greeted(upstream, Transport.PLAIN)) {
            client.mail("a@client.test")
                    .rcpt("b@upstream.test")
                    .chunk("QUIT\r\n", true)
                    .expect(500);
            client.quit();
            assertThat(upstream.violations()).hasSize(1);
        }
    }

    @Test
    void answersAPipelinedGroupInOrder() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                SmtpClient client = greeted(upstream, Transport.PLAIN)) {
            client.pipeline("MAIL FROM:<>", "RCPT TO:<b@b.test>", "DATA", ".", "RSET", "NOOP", "QUIT");
            for (int code : new int[] {250, 250, 354, 250, 250, 250, 221}) {
                client.expect(code);
            }
            client.expectCleanEnd();
            assertThat(upstream.messages()).singleElement().satisfies(message -> {
                assertThat(message.sender()).isEmpty();
                assertThat(message.size()).isZero();
            });
        }
    }

    @Test
    void overLmtpEachAcceptedRecipientHasAReplyAndAMessage() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .lmtp()
                        .reply(at(Stage.RCPT).nth(2), "550 5.1.1 nobody")
                        .reply(at(Stage.END_OF_DATA).nth(2), "452 4.2.2 full")
                        .start();
                SmtpClient client = SmtpClient.connect(upstream.port())) {
            client.expect(220);
            client.send("EHLO client.test").expect(500);
            client.send("LHLO client.test").expect(250);
            client.mail("a@a.test")
                    .rcpt("one@b.test")
                    .send("RCPT TO:<two@b.test>")
                    .expect(550);
            client.rcpt("three@b.test").data().message("x").expect(250);
            client.expect(452);
            client.send("NOOP").expect(250);

            assertThat(upstream.received())
                    .extracting(message -> message.recipients() + " " + message.accepted())
                    .containsExactly("[one@b.test] true", "[three@b.test] false");
            assertThat(upstream.connection(1).endsOfData()).isEqualTo(1);
            assertThat(upstream.violations()).hasSize(1);
        }
    }

    @Test
    void keepsOrderAmongCommandsAndRemembersWhoDoesNot() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                SmtpClient client = greeted(upstream, Transport.PLAIN)) {
            client.send("RCPT TO:<b@b.test>").expect(503);
            client.send("DATA").expect(503);
            client.mail("a@a.test").send("MAIL FROM:<a@a.test>").expect(503);
            client.sendRaw("NOOP\n").expect(250);
            client.send("BDAT 0 LAST").expect(500);
            assertThat(upstream.violations()).hasSize(3);
        }
    }

    @Test
    void sendsTheScriptedReplyAtItsOccurrenceOnly() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .reply(at(Stage.RCPT).nth(2), "550-5.1.1 nobody\r\n550 5.1.1 of that name")
                        .start();
                SmtpClient client = greeted(upstream, Transport.PLAIN)) {
            client.mail("a@a.test").rcpt("one@b.test");
            Answer refusal = client.send("RCPT TO:<two@b.test>").expect(550, "5.1.1");
            assertThat(refusal.lines()).containsExactly("5.1.1 nobody", "5.1.1 of that name");
            client.rcpt("three@b.test").data().message("x").expect(250);
            assertThat(upstream.messages().get(0).recipients()).containsExactly("one@b.test", "three@b.test");
        }
    }

    @Test
    void aReplyThatIsNo250IsNoAcceptance() {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                SmtpClient client = greeted(upstream, Transport.PLAIN)) {
            upstream.reply(upstream.next(Stage.END_OF_DATA), "221 2.0.0 bye");
            client.transaction("a@a.test", "b@b.test", "x").expect(221);
            assertThat(upstream.messages()).isEmpty();
            assertThat(upstream.received()).hasSize(1);
        }
    }

    @Test
    void turnsAwayTheConnectionThatIsOneTooMany() {
        try (ScriptedUpstream upstream =
                ScriptedUpstream.builder().maxConnections(2).start()) {
            List<SmtpClient> clients = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                clients.add(greeted(upstream, Transport.PLAIN));
            }
            try (SmtpClient third = SmtpClient.connect(upstream.port())) {
                third.expect(421, "4.7.0");
                third.expectCleanEnd();
            }
            assertThat(upstream.refusedConnections()).isOne();
            assertThat(upstream.peakConnections()).isEqualTo(2);
            clients.forEach(SmtpClient::quit);
            clients.forEach(SmtpClient::close);
            upstream.awaitOpenConnections(0, SOON);
            greeted(upstream, Transport.PLAIN).close();
        }
    }

    @Test
    void readsContentNoFasterThanItIsTold() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .contentRate(100_000)
                        .discardContent()
                        .start();
                SmtpClient client = greeted(upstream, Transport.PLAIN)) {
            long begin = System.nanoTime();
            client.transaction("a@a.test", "b@b.test", "X-Test-Id: slow\n\n" + "x".repeat(50_000))
                    .expect(250);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(400));
            Message message = upstream.messages().get(0);
            assertThat(message.content()).isEmpty();
            assertThat(message.id()).isEqualTo("slow");
            assertThat(message.size()).isEqualTo(50_000 + 21);
        }
    }

    @Test
    void delaysTheReplyItIsToldToDelay() {
        try (ScriptedUpstream upstream = ScriptedUpstream.builder()
                        .delay(at(Stage.MAIL), Duration.ofMillis(500))
                        .start();
                SmtpClient client = greeted(upstream, Transport.PLAIN)) {
            client.send("MAIL FROM:<a@a.test>").expectOpen().expect(250);
        }
    }

    @Test
    void seesHowTheClientEnded() {
        try (ScriptedUpstream upstream =
                ScriptedUpstream.builder().transport(Transport.STARTTLS).start()) {
            greeted(upstream, Transport.STARTTLS).halfClose();
            greeted(upstream, Transport.STARTTLS).truncate();
            greeted(upstream, Transport.STARTTLS).reset();
            assertThat(upstream.connection(1).awaitEnd(SOON)).isEqualTo(PeerEnd.CLEAN);
            assertThat(upstream.connection(2).awaitEnd(SOON)).isEqualTo(PeerEnd.TRUNCATED);
            assertThat(upstream.connection(3).awaitEnd(SOON)).isEqualTo(PeerEnd.RESET);
        }
    }

    @Test
    void seesPlaintextQueuedBehindStartTls() {
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().transport(Transport.STARTTLS).start();
                SmtpClient client = SmtpClient.connect(upstream.port())) {
            client.greet();
            client.pipeline("STARTTLS", "MAIL FROM:<evil@evil.test>").expect(220);
            client.handshake().ehlo();
            assertThat(upstream.violations()).singleElement().asString().contains("plaintext behind STARTTLS");
            assertThat(upstream.connection(1).commands()).doesNotContain("MAIL FROM:<evil@evil.test>");
        }
    }

    static SmtpClient greeted(ScriptedUpstream upstream, Transport transport) {
        SmtpClient client = transport == Transport.IMPLICIT_TLS
                ? SmtpClient.connectTls(upstream.port())
                : SmtpClient.connect(upstream.port());
        Answer offer = client.greet();
        if (transport == Transport.STARTTLS) {
            assertThat(offer.offers("STARTTLS")).isTrue();
            client.startTls().ehlo();
        }
        return client;
    }
}
