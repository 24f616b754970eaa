package org.smtpgate.smtp.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.smtp.BareNewline;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.Reply;

/** Content in chunks (RFC 3030). */
class ChunksTest {
    private static final String ENVELOPE = "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n";

    private final Settings settings = new Settings();

    // The way of a message

    @Test
    void chunksArePassedOnWithTheirSizesAndTheirReplies() {
        Client client = inTransaction();

        assertThat(client.sends("BDAT 7\r\n.\r\nQUIT").seen())
                .containsExactly("(BDAT 7)", "(content of a chunk: .rnQUIT)");
        assertThat(client.upstreamSays(250).seen()).containsExactly("250 upstream");
        assertThat(client.sends("BDAT 3 LAST\r\nabcNOOP\r\n").seen())
                .containsExactly("(BDAT 3 LAST)", "(content to its end: abc)");
        assertThat(client.upstreamSays(250).seen()).containsExactly("250 upstream", "250 2.0.0 Ok");
        assertThat(client.session.idle()).isTrue();
    }

    @Test
    void allOfAMessageMayBePipelinedButNoOctetGoesOnBeforeTheEnvelopeIsAnswered() {
        Client client = Client.greeted(settings).sends(ENVELOPE + "BDAT 3\r\nabcBDAT 2 LAST\r\ndeQUIT\r\n");
        assertThat(client.seen()).containsExactly("(MAIL <a@b>)", "(RCPT <c@d>)");

        assertThat(client.upstreamSays(250, 250).seen())
                .containsExactly(
                        "250 upstream",
                        "250 upstream",
                        "(BDAT 3)",
                        "(content of a chunk: abc)",
                        "(BDAT 2 LAST)",
                        "(content to its end: de)");
        assertThat(client.upstreamSays(250, 250).codes()).containsExactly(250, 250, 221);
    }

    @Test
    void aMessageMayEndWithAChunkOfNothing() {
        Client client = inTransaction();

        assertThat(client.sends("BDAT 1\r\nxBDAT 0 LAST\r\n").seen())
                .containsExactly("(BDAT 1)", "(content of a chunk: x)", "(BDAT 0 LAST)", "(content to its end: )");
        assertThat(client.upstreamSays(250, 250).codes()).containsExactly(250, 250);
    }

    @Test
    void noOctetIsReadBeforeTheUpstreamIsReadyForIt() {
        Client client = inTransaction().holdingChunks().sends("BDAT 3 LAST\r\nabc");
        assertThat(client.seen()).containsExactly("(BDAT 3 LAST)");
        assertThat(client.session.wantsInput()).isFalse();
        assertThat(client.session.awaitsContent()).isFalse();

        client.session.chunkWelcome();
        assertThat(client.pump().seen()).containsExactly("(content to its end: abc)");
    }

    @Test
    void whenTheUpstreamIsNotReadyAtAllTheOctetsAreThrownAwayAndTheReplyIsTheirs() {
        Client client = inTransaction().holdingChunks().sends("BDAT 6\r\nQUIT\r\n");
        client.session.contentFailed(new Reply(451, List.of("lost")));

        assertThat(client.pump().seen()).containsExactly("(BDAT 6)", "451 lost");
        assertThat(client.sends("BDAT 6 LAST\r\nNOOP\r\n").seen()).containsExactly("451 lost");
        assertThat(client.says("NOOP").codes()).containsExactly(250);
    }

    // What has no place

    @Test
    void theOctetsAreNeverCommandsThoughTheCommandIsRefused() {
        assertThat(Client.greeted(settings).sends("BDAT 6\r\nQUIT\r\nNOOP\r\n").codes())
                .containsExactly(503, 250);
        assertThat(new Client(settings)
                        .sends("BDAT 6 LAST\r\nQUIT\r\nEHLO c\r\n")
                        .codes())
                .containsExactly(503, 250);
    }

    @ParameterizedTest
    @ValueSource(strings = {"101", "99999999999999999999"})
    void oneTooLargeToPassOverEndsTheSession(String size) {
        settings.discard = 100;

        assertThat(Client.greeted(settings)
                        .sends("BDAT " + size + "\r\nQUIT\r\n")
                        .seen())
                .containsExactly("421 4.4.2 gate Too much data", "(closed: LIMIT)");
    }

    @Test
    void aSizeThatIsNoNumberOfOctetsEndsTheSession() {
        settings.message = 0;
        settings.discard = Long.MAX_VALUE;

        assertThat(inTransaction().sends("BDAT 99999999999999999999 LAST\r\nx").seen())
                .containsExactly("421 4.4.2 gate Too much data", "(closed: LIMIT)");
    }

    /** What follows might be content, and somebody else's: it must not be taken for commands. */
    @ParameterizedTest
    @ValueSource(strings = {"BDAT\r\n", "BDAT x\r\n", "BDAT 5 FIRST\r\n", "bdat -1\r\n", "BDAT 5\n", "BDAT5\r\n"})
    void whereTheSizeIsNotUnderstoodTheSessionEnds(String line) {
        assertThat(inTransaction().sends(line + "RSET\r\n").seen())
                .containsExactly("421 4.7.0 gate Syntax: BDAT size [LAST]", "(closed: ERRORS)");
    }

    @Test
    void dataAndChunksDoNotMix() {
        Client client = inTransaction();
        client.sends("BDAT 1\r\nx").upstreamSays(250).seen();

        assertThat(client.says("DATA", "RCPT TO:<e@f>", "MAIL FROM:<a@b>", "STARTTLS")
                        .codes())
                .containsExactly(503, 503, 503, 503);
        assertThat(client.sends("BDAT 1 LAST\r\ny").upstreamSays(250).codes()).containsExactly(250);
        assertThat(client.sends("BDAT 1 LAST\r\ny").codes()).containsExactly(503);
    }

    @Test
    void noTlsNoChunks() {
        settings.startTls = true;
        settings.tlsRequired = true;

        assertThat(Client.greeted(settings)
                        .sends("BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n")
                        .codes())
                .containsExactly(530, 250);
    }

    @Test
    void binaryContentNeedsChunks() {
        settings.upstream = new Capabilities(Map.of("CHUNKING", "", "BINARYMIME", ""));
        Client client = Client.greeted(settings)
                .withWillingUpstream()
                .says("MAIL FROM:<a@b> BODY=BINARYMIME", "RCPT TO:<c@d>", "DATA");

        assertThat(client.codes()).containsExactly(250, 250, 503);
        assertThat(client.sends("BDAT 4 LAST\r\n\n\0\r.").codes()).containsExactly(250);
    }

    @Test
    void withoutARecipientAllChunksAreRefusedAndWithTheLastTheTransactionIsOver() {
        Client client = Client.greeted(settings).sends(ENVELOPE + "BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\n");

        assertThat(client.upstreamSays(250, 550).seen())
                .endsWith(
                        "550 upstream",
                        "(content given up)",
                        "503 5.5.1 No valid recipients",
                        "503 5.5.1 No valid recipients");
        assertThat(client.says("MAIL FROM:<a@b>").upstreamSays(250).codes()).containsExactly(250);
    }

    /** Else the second half would be a message. */
    @Test
    void behindARefusedChunkNoneIsAcceptedBeforeTheNextTransaction() {
        Client client = Client.greeted(settings).sends(ENVELOPE + "BDAT 1\r\nx").upstreamSays(250, 550);
        client.seen();

        assertThat(client.says("RCPT TO:<e@f>").codes()).containsExactly(503);
        assertThat(client.sends("BDAT 1 LAST\r\ny").codes()).containsExactly(503);
    }

    @Test
    void theRestOfAGroupBehindAFailedMailIsNoError() {
        settings.errors = 2;
        Client client = Client.greeted(settings).sends(ENVELOPE + "BDAT 6\r\nQUIT\r\nBDAT 0 LAST\r\nNOOP\r\n");

        assertThat(client.upstreamSays(550, 503).codes()).containsExactly(550, 503, 503, 503, 250);
        assertThat(client.sends("BDAT 0 LAST\r\nNOOP\r\n").codes()).containsExactly(503, 250);
    }

    // Refused by the upstream

    @Test
    void whenAChunkIsRefusedAllThatFollowHaveItsReply() {
        Client client = inTransaction().sends("BDAT 1\r\nxBDAT 9\r\nyy");
        assertThat(client.upstreamSays(552).seen())
                .containsExactly("(BDAT 1)", "(content of a chunk: x)", "(BDAT 9)", "(content: yy)", "552 upstream");

        assertThat(client.sends("zRSET\r\nBDAT 6 LAST\r\nRSET\r\n").seen())
                .containsExactly("552 upstream", "552 upstream");
        assertThat(client.session.idle()).isTrue();
    }

    @Test
    void afterALossTheOctetsAreThrownAwayAndNeitherChunkNorMessageIsAccepted() {
        Client client = inTransaction().sends("BDAT 1\r\nx").upstreamSays(250);
        client.session.contentFailed(new Reply(451, List.of("lost")));
        client.pump().seen();

        assertThat(client.sends("BDAT 6\r\nQUIT\r\nNOOP\r\nBDAT 0 LAST\r\n").seen())
                .containsExactly("451 lost", "250 2.0.0 Ok", "451 lost");
    }

    // Our own limits

    @Test
    void aMessageOfJustTheSizeOfferedIsTaken() {
        settings.message = 10;

        assertThat(inTransaction().sends("BDAT 4\r\n1234BDAT 6 LAST\r\n567890").seen())
                .endsWith("(content to its end: 567890)");
    }

    @Test
    void oneOctetMoreIsTooLargeBeforeItComesAndGivesUpTheChunksBefore() {
        settings.message = 10;
        Client client = inTransaction().sends("BDAT 4\r\n1234BDAT 7 LAST\r\n5678901NOOP\r\n");

        assertThat(client.seen()).containsExactly("(BDAT 4)", "(content of a chunk: 1234)", "(content given up)");
        assertThat(client.upstreamSays(552).seen())
                .containsExactly("552 upstream", "552 5.3.4 Message exceeds the limit of 10 octets", "250 2.0.0 Ok");
    }

    @Test
    void throwingAwayHasItsBound() {
        settings.discard = 100;
        Client client = inTransaction().sends("BDAT 60\r\n");
        client.session.contentFailed(new Reply(451, List.of("lost")));

        assertThat(client.sends("x".repeat(60)).seen()).endsWith("451 lost");
        assertThat(client.sends("BDAT 41\r\n").seen())
                .containsExactly("421 4.4.2 gate Too much data", "(closed: LIMIT)");
    }

    @ParameterizedTest
    @CsvSource({"'\n.\n', LAST", "'\r\n.\r', LAST", "'a\rb', LAST", "'a\nb', ''"})
    void aBareNewlineIsRefusedLikeInData(String content, String last) {
        Client client = inTransaction().sends("BDAT " + content.length() + " " + last + "\r\n" + content + "NOOP\r\n");

        assertThat(client.seen())
                .containsExactly(
                        "(BDAT " + content.length() + (last.isEmpty() ? "" : " LAST") + ")",
                        "(content given up)",
                        "554 5.6.11 Bare CR or LF in the message is not allowed",
                        "250 2.0.0 Ok");
    }

    @Test
    void aNewlineMayBePartedByTheBorderOfChunks() {
        assertThat(inTransaction().sends("BDAT 2\r\na\rBDAT 2 LAST\r\n\nb").seen())
                .containsExactly("(BDAT 2)", "(content of a chunk: ar)", "(BDAT 2 LAST)", "(content to its end: nb)");
    }

    @Test
    void whereBareNewlinesAreNormalizedChunksAreLeftAsTheyAre() {
        settings.bareNewline = BareNewline.NORMALIZE;

        assertThat(inTransaction().sends("BDAT 3 LAST\na\nb").seen())
                .containsExactly("(BDAT 3 LAST)", "(content to its end: anb)");
    }

    // Resets and endings

    @Test
    void rsetBetweenChunksGivesTheMessageUp() {
        Client client = inTransaction().sends("BDAT 1\r\nx").upstreamSays(250);
        client.seen();

        assertThat(client.says("RSET").seen()).containsExactly("(mail given up)", "250 2.0.0 Ok");
        assertThat(client.sends("BDAT 1 LAST\r\ny").codes()).containsExactly(503);
    }

    @Test
    void rsetBehindAChunkWaitsForItsReply() {
        Client client = inTransaction().sends("BDAT 1\r\nxRSET\r\n");
        assertThat(client.seen()).doesNotContain("(mail given up)");

        assertThat(client.upstreamSays(250).seen()).containsExactly("250 upstream", "(mail given up)", "250 2.0.0 Ok");
    }

    @Test
    void aClientThatGoesInAChunkIsToldSoThoughAnotherIsUnanswered() {
        Client client = inTransaction().sends("BDAT 1\r\nxBDAT 5 LAST\r\nyy");
        client.seen();
        client.session.inputEnded();

        assertThat(client.pump().seen())
                .containsExactly(
                        "(content given up)",
                        "421 4.4.2 gate Connection closed by the client",
                        "(closed: CLIENT_CLOSED)");
    }

    @Test
    void aClientThatGoesBetweenChunksHasTheirRepliesFirst() {
        Client client = inTransaction().sends("BDAT 1\r\nx");
        client.session.inputEnded();
        assertThat(client.pump().seen()).containsExactly("(BDAT 1)", "(content of a chunk: x)");

        assertThat(client.upstreamSays(250).seen())
                .containsExactly(
                        "250 upstream", "421 4.4.2 gate Connection closed by the client", "(closed: CLIENT_CLOSED)");
    }

    @Test
    void itsTurnIsTheClientsWhileItOwesOctetsOrAChunk() {
        Client client = inTransaction();
        assertThat(client.session.inContent()).isFalse();
        client.sends("BDAT 2\r\nx");
        assertThat(client.session.awaitsContent()).isTrue();
        client.sends("x");
        assertThat(client.session.inContent()).isTrue();
        assertThat(client.session.awaitsContent()).isFalse();
        client.upstreamSays(250);
        assertThat(client.session.awaitsContent()).isTrue();
    }

    /** Its MAIL failed; its content, sent behind it, is still to be answered. */
    @Test
    void no221StandsForTheAnswerToContentSentBehindAFailedMail() {
        settings.closeWith221 = EnumSet.allOf(Ending.class);
        Client client = Client.greeted(settings).sends(ENVELOPE).upstreamSays(450);
        client.seen();
        client.session.shutDown();

        assertThat(client.pump().codes()).containsExactly(421);
    }

    /** The last chunk of its content may be pipelined behind the error that is one too many. */
    @Test
    void no221EndsATransaction() {
        settings.closeWith221 = EnumSet.of(Ending.ERRORS);
        settings.errors = 1;

        assertThat(inTransaction().sends("FOO\r\nBDAT 1 LAST\r\nx").codes()).containsExactly(500, 421);
        assertThat(Client.greeted(settings).says("RCPT TO:<c@d>").codes()).containsExactly(503, 421);
        assertThat(Client.greeted(settings).says("FOO").codes()).containsExactly(500, 221);
    }

    private Client inTransaction() {
        Client client = Client.greeted(settings).sends(ENVELOPE).upstreamSays(250, 250);
        client.seen();
        return client;
    }
}
