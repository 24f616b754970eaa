package org.smtpgate.smtp.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.Limits;
import org.smtpgate.smtp.Octets;
import org.smtpgate.smtp.Reply;

class EndingTest {
    private static final String[] GROUP = {"MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA"};

    private final Settings settings = new Settings();

    /** An end from outside, as the gateway brings it about. */
    enum Blow {
        TIMEOUT(ReceiverSession::timedOut, "421 4.4.2 gate Timed out waiting for the client", SessionEnd.IDLE),
        SHUTDOWN(
                ReceiverSession::shutDown,
                "421 4.3.2 gate Service shutting down, please reconnect",
                SessionEnd.SHUTDOWN),
        FAULT(ReceiverSession::failed, "421 4.3.0 gate Internal error", SessionEnd.INTERNAL);

        private final Consumer<ReceiverSession> cause;
        private final String reply;
        private final String close;

        Blow(Consumer<ReceiverSession> cause, String reply, SessionEnd end) {
            this.cause = cause;
            this.reply = reply;
            this.close = "(closed: " + end + ")";
        }
    }

    // QUIT

    @Test
    void quitIsAnsweredOnceAndTheSessionEnds() {
        Client client = Client.greeted(settings).says("QUIT", "NOOP");

        assertThat(client.seen()).containsExactly("221 2.0.0 gate closing connection", "(closed: QUIT)");
        assertThat(client.session.wantsInput()).isFalse();
    }

    @Test
    void quitWaitsForTheRepliesToWhatWasPipelinedBeforeItAndForNoMore() {
        Client client = Client.greeted(settings).says("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "QUIT");
        assertThat(client.codes()).isEmpty();

        assertThat(client.upstreamSays(250, 550).codes()).containsExactly(250, 550, 221);
        assertThat(client.open()).isZero();
        assertThat(client.closed()).isTrue();
    }

    @Test
    void quitInAnOpenTransactionWaitsForNobody() {
        Client client = Client.greeted(settings).says("MAIL FROM:<a@b>").upstreamSays(250);

        assertThat(client.says("QUIT").codes()).containsExactly(250, 221);
    }

    // Blows

    @ParameterizedTest
    @EnumSource
    void aBlowEndsARestingSession(Blow blow) {
        assertThat(struck(Client.greeted(settings), blow)).containsExactly(blow.reply, blow.close);
    }

    @ParameterizedTest
    @EnumSource
    void aBlowAnswersTheOldestOpenCommandAndDropsTheRest(Blow blow) {
        Client client = Client.greeted(settings).says(GROUP);
        client.seen();

        assertThat(struck(client, blow)).containsExactly(blow.reply, blow.close);
        client.upstreamSays(250, 250, 354);
        assertThat(client.seen()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aBlowWhileTheMessageIsUnansweredIsNeverToldAs221(Blow blow) {
        settings.closeWith221 = EnumSet.allOf(Ending.class);
        Client client =
                Client.greeted(settings).says(GROUP).upstreamSays(250, 250, 354).says("x", ".");
        client.seen();

        assertThat(struck(client, blow)).containsExactly(blow.reply, blow.close);
        client.upstreamSays(250);
        assertThat(client.seen()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aBlowInTheContentIsNeverToldAs221(Blow blow) {
        settings.closeWith221 = EnumSet.allOf(Ending.class);
        Client client = Client.greeted(settings).says(GROUP).upstreamSays(250, 250, 354);
        client.sends("half");
        client.seen();

        assertThat(struck(client, blow)).containsExactly(blow.reply, blow.close);
    }

    @ParameterizedTest
    @EnumSource
    void aReplyThatIsKnownIsSentInSpiteOfTheBlowSinceTheMessageWasTaken(Blow blow) {
        Client client =
                Client.greeted(settings).says(GROUP).upstreamSays(250, 250, 354).says("x", ".");
        client.seen();

        client.upstreamKnows(250);
        assertThat(struck(client, blow)).containsExactly("250 upstream", blow.reply, blow.close);
    }

    @ParameterizedTest
    @EnumSource
    void aBlowCutsTheWaitOfAQuitThatStandsBehindAnUnansweredCommand(Blow blow) {
        Client client = Client.greeted(settings).says("MAIL FROM:<a@b>", "QUIT");
        client.seen();

        assertThat(struck(client, blow)).containsExactly(blow.reply, "(closed: QUIT)");
    }

    @ParameterizedTest
    @EnumSource
    void aCommandThatWaitedForItsTurnDiesWithTheSession(Blow blow) {
        Client client = Client.greeted(settings).says("MAIL FROM:<a@b>", "RSET");
        client.seen();

        assertThat(struck(client, blow)).containsExactly(blow.reply, blow.close);
        assertThat(client.pump().seen()).isEmpty();
    }

    @Test
    void nothingComesAfterTheEnd() {
        Client client = Client.greeted(settings).says("QUIT");
        client.seen();

        for (Blow blow : Blow.values()) {
            assertThat(struck(client, blow)).isEmpty();
        }
        client.session.inputEnded();
        client.session.drain();
        client.session.upstreamClosed(true);
        client.session.upstreamIrreplaceable();
        client.session.transactionLost();
        client.session.contentFailed(new Reply(451, List.of("x")));
        assertThat(client.pump().seen()).isEmpty();
    }

    private static List<String> struck(Client client, Blow blow) {
        blow.cause.accept(client.session);
        return client.pump().seen();
    }

    // 221 where a listener wants it

    @Test
    void aRestingSessionEndsWith221WhereTheListenerWantsIt() {
        settings.closeWith221 = EnumSet.of(Ending.IDLE, Ending.SHUTDOWN, Ending.ERRORS);
        settings.errors = 1;

        assertThat(struck(Client.greeted(settings), Blow.TIMEOUT).get(0)).startsWith("221 2.0.0");
        assertThat(struck(Client.greeted(settings), Blow.SHUTDOWN).get(0)).startsWith("221 2.0.0");
        assertThat(Client.greeted(settings).says("FOO").codes()).containsExactly(500, 221);
    }

    @Test
    void no221StandsForTheAnswerToContentThatIsSentThoughItsDataWasRefused() {
        settings.closeWith221 = EnumSet.of(Ending.ERRORS, Ending.IDLE);
        settings.errors = 2;

        Client refused = Client.greeted(settings).says(GROUP).upstreamSays(250, 250, 554);
        assertThat(refused.says("Subject: x", ".").codes()).containsExactly(250, 250, 554, 500, 500, 421);

        Client outOfOrder = Client.greeted(settings).says("DATA", "Subject: x");
        assertThat(outOfOrder.codes()).containsExactly(503, 500, 421);

        Client movedOn =
                Client.greeted(settings).says(GROUP).upstreamSays(250, 250, 554).says("RSET");
        assertThat(struck(movedOn, Blow.TIMEOUT)).contains("221 2.0.0 gate closing connection");
    }

    @ParameterizedTest
    @CsvSource({"false, 421", "true, 221"})
    void aLineWithoutEndEndsTheSession(boolean politely, int code) {
        settings.discard = 2_000;
        settings.closeWith221 = politely ? EnumSet.of(Ending.LIMIT) : EnumSet.noneOf(Ending.class);
        Client client = Client.greeted(settings).sends("NOOP " + "x".repeat(Limits.DEFAULTS.authLine()));
        assertThat(client.codes()).isEmpty();

        assertThat(client.sends("x".repeat(2_001)).codes()).containsExactly(code);
        assertThat(client.closed()).isTrue();
    }

    @Test
    void no221StandsForTheAnswerToABdatThatHasNoPlace() {
        settings.closeWith221 = EnumSet.of(Ending.ERRORS);
        settings.errors = 1;

        assertThat(Client.greeted(settings).says("BDAT 0", "BDAT 0 LAST").codes())
                .containsExactly(503, 421);
    }

    @Test
    void aSessionWhoseDataWasRefusedEndsWithItsUpstreamBy421() {
        Client client = Client.greeted(settings).says(GROUP).upstreamSays(550, 503, 503);
        client.seen();

        client.session.upstreamClosed(true);

        assertThat(client.pump().codes()).containsExactly(421);
    }

    @Test
    void noLineOfAnHttpRequestIsTakenForACommand() {
        Client client = Client.greeted(settings).says("POST / HTTP/1.1", "Host: x", "", "MAIL FROM:<a@b>");

        assertThat(client.codes()).containsExactly(421);
        assertThat(client.open()).isZero();
        assertThat(client.closed()).isTrue();
    }

    @Test
    void tooManyErrorsEndTheSessionAfterTheirReplies() {
        settings.errors = 3;

        assertThat(Client.greeted(settings).says("FOO", "MAIL", "DATA", "NOOP").seen())
                .endsWith("421 4.7.0 gate Too many errors", "(closed: ERRORS)")
                .hasSize(5);
    }

    // Drain

    @Test
    void drainingEndsASessionWhenItIsNextIdle() {
        Client client = Client.greeted(settings).says(GROUP).upstreamSays(250, 250, 354);
        client.session.drain();
        assertThat(client.pump().codes()).containsExactly(250, 250, 354);

        client.says("x", ".").upstreamSays(250);

        assertThat(client.codes()).containsExactly(250, 421);
        assertThat(client.closed()).isTrue();
    }

    @Test
    void drainingWaitsForALineThatHasBegun() {
        Client client = Client.greeted(settings).sends("NO");
        client.session.drain();
        assertThat(client.pump().seen()).isEmpty();

        assertThat(client.sends("OP\r\n").codes()).containsExactly(250, 421);
    }

    // The upstream closes the session's own connection

    @ParameterizedTest
    @CsvSource({"true, 221", "false, 421"})
    void anIdleSessionEndsWithItsUpstream(boolean politely, int code) {
        Client client = Client.greeted(settings);
        client.session.upstreamClosed(politely);

        assertThat(client.pump().codes()).containsExactly(code);
        assertThat(client.closed()).isTrue();
    }

    @Test
    void aSessionThatIsNotIdleDoesNot() {
        Client client = Client.greeted(settings).sends("NO");
        client.session.upstreamClosed(true);
        assertThat(client.pump().seen()).isEmpty();

        client.sends("OP\r\n").says("MAIL FROM:<a@b>");
        client.session.upstreamClosed(true);
        assertThat(client.pump().codes()).containsExactly(250);
        assertThat(client.closed()).isFalse();
    }

    @Test
    void anUpstreamThatCannotBeReplacedEndsTheSessionAfterWhatIsOwed() {
        Client client = Client.greeted(settings).says("MAIL FROM:<a@b>", "RCPT TO:<c@d>");
        client.session.upstreamIrreplaceable();

        assertThat(client.pump().codes()).isEmpty();
        assertThat(client.upstreamSays(451, 503).codes()).containsExactly(451, 503, 421);
    }

    // The client goes

    @ParameterizedTest
    @CsvSource({"''", "NO", "QUIT"})
    void aClientThatEndsItsSideWithoutQuitCanStillReadALastReply(String unfinished) {
        Client client = Client.greeted(settings).sends(unfinished);
        client.session.inputEnded();

        assertThat(client.pump().seen())
                .containsExactly("421 4.4.2 gate Connection closed by the client", "(closed: CLIENT_CLOSED)");
    }

    @Test
    void inTheContentItIsGivenUpBefore() {
        Client client = Client.greeted(settings).says(GROUP).upstreamSays(250, 250, 354);
        client.seen();
        client.sends("half\r\n.").session.inputEnded();

        assertThat(client.pump().seen())
                .containsExactly(
                        "(content given up)",
                        "421 4.4.2 gate Connection closed by the client",
                        "(closed: CLIENT_CLOSED)");
    }

    @Test
    void behindQuitItDoesNotCutTheWaitForTheMessage() {
        Client client = Client.greeted(settings).says(GROUP).upstreamSays(250, 250, 354);
        client.seen();
        client.says("x", ".", "QUIT").session.inputEnded();
        assertThat(client.pump().codes()).isEmpty();

        assertThat(client.upstreamSays(250).codes()).containsExactly(250, 221);
        assertThat(client.closed()).isTrue();
    }

    @Test
    void idleIsJustWhatTheContractSays() {
        Client client = Client.greeted(settings);
        assertThat(client.session.idle()).isTrue();
        assertThat(client.sends("N").session.idle()).isFalse();
        assertThat(client.sends("OOP\r\n").session.idle()).isTrue();
        assertThat(client.says("MAIL FROM:<a@b>").session.idle()).isFalse();
        assertThat(client.upstreamSays(250).session.idle()).isFalse();
        assertThat(client.says("RSET").session.idle()).isTrue();
        assertThat(client.sends("BDAT 3\r\n").session.idle()).isFalse();
        client.sends("ab");
        assertThat(client.session.idle()).isFalse();
        assertThat(client.sends("c").session.idle()).isTrue();
        client.session.receive(Octets.buffer("NOOP\r\n"));
        assertThat(client.session.idle()).isFalse();
    }
}
