package org.smtpgate.smtp.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.smtp.BareNewline;
import org.smtpgate.smtp.Reply;

class ContentTest {
    private final Settings settings = new Settings();

    @Test
    void noContentIsReadBeforeThe354() {
        Client client = Client.greeted(settings).says("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA", "early", ".");
        client.upstreamSays(250, 250);
        assertThat(client.seen().toString()).doesNotContain("early");
        assertThat(client.session.wantsInput()).isFalse();

        client.upstreamSays(354);
        assertThat(client.seen()).containsExactly("354 upstream", "(content to its end: earlyrn.rn)");
    }

    @Test
    void contentIsPassedOnAsItIsDotsIncludedAndNoCommandInIt() {
        assertThat(inContent().says("..", "QUIT", ".a", "", ".").seen())
                .containsExactly("(content to its end: ..rnQUITrn.arnrn.rn)");
    }

    @Test
    void nothingIsReadUntilTheMessageIsAnswered() {
        Client client = inContent().says("x", ".", "QUIT");
        assertThat(client.seen()).containsExactly("(content to its end: xrn.rn)");

        assertThat(client.upstreamSays(250).codes()).containsExactly(250, 221);
        assertThat(client.closed()).isTrue();
    }

    // Bare newlines

    /** What a careless upstream takes for an end, so that the rest would be a second message. */
    @ParameterizedTest
    @ValueSource(strings = {"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n", "\r\n.\r", "\n.\r", "\r\n\0\r.\r\n"})
    void aSmuggledEndIsRefusedGivenUpAndItsRestNoCommand(String smuggled) {
        Client client = inContent().sends("a" + smuggled + "MAIL FROM:<evil@example>\r\n.\r\n");

        assertThat(client.seen())
                .containsExactly("(content given up)", "554 5.6.11 Bare CR or LF in the message is not allowed");
        assertThat(client.says("NOOP").codes()).containsExactly(250);
    }

    @ParameterizedTest
    @CsvSource({"n.n, rn..rn", "n.rn, rn..rn", "rn.n, rn..rn", "r.r, rn..rn", "r.rn, rn..rn", "rn.r, rn..rn"})
    void orItIsRewrittenSoThatItIsNoEndForAnybody(String smuggled, String rewritten) {
        settings.bareNewline = BareNewline.NORMALIZE;
        Client client = inContent();

        client.sends("a" + smuggled.replace('r', '\r').replace('n', '\n') + "MAIL\r\n.\r\n");

        assertThat(client.seen()).containsExactly("(content to its end: a" + rewritten + "MAILrn.rn)");
    }

    @Test
    void aBareLfOfACommandIsAnErrorUnlessNormalized() {
        assertThat(new Client(settings).sends("NOOP\nNOOP\r\n").codes()).containsExactly(500, 250);
        settings.bareNewline = BareNewline.NORMALIZE;
        assertThat(new Client(settings).sends("NOOP\nNOOP\r\n").codes()).containsExactly(250, 250);
    }

    // Sizes

    @Test
    void aMessageOfJustTheSizeOfferedIsTakenHoweverItIsCut() {
        settings.message = 10;

        assertThat(inContent().sends("12345678\r\n.\r\n").seen())
                .containsExactly("(content to its end: 12345678rn.rn)");
        assertThat(inContent().sends("12345678\r\n.").sends("\r\n").seen())
                .containsExactly("(content to its end: 12345678rn.rn)");
    }

    @Test
    void oneOctetMoreIsTooLargeAndReadToItsEnd() {
        settings.message = 10;

        assertThat(inContent().sends("123456789\r\n.\r\nNOOP\r\n").seen())
                .containsExactly(
                        "(content given up)", "552 5.3.4 Message exceeds the limit of 10 octets", "250 2.0.0 Ok");
    }

    @ParameterizedTest
    @CsvSource({"10, 250", "11, 552", "99999999999999999999, 552"})
    void aDeclaredSizeBeyondTheLimitIsRefusedAtMail(String size, int code) {
        settings.message = 10;
        Client client = Client.greeted(settings).withWillingUpstream();

        assertThat(client.says("MAIL FROM:<a@b> SIZE=" + size).codes()).containsExactly(code);
    }

    // The upstream fails in the middle

    @Test
    void afterAFailureOfTheUpstreamTheRestIsDiscardedAndTheReplyGivenAtTheEnd() {
        Client client = inContent().sends("first\r\n");
        client.session.contentFailed(new Reply(451, List.of("lost")));
        client.pump().seen();

        client.sends("second\r\nQUIT\r\n");
        assertThat(client.seen()).isEmpty();
        client.sends(".\r\n");
        assertThat(client.seen()).containsExactly("451 lost");
        assertThat(client.says("NOOP").codes()).containsExactly(250);
    }

    @Test
    void theFirstFailureIsTheOneThatIsTold() {
        Client client = inContent().sends("a\nb");
        client.session.contentFailed(new Reply(451, List.of("lost")));

        assertThat(client.sends("\r\n.\r\n").codes()).containsExactly(554);
    }

    @Test
    void discardingHasItsBound() {
        settings.discard = 100;
        Client client = inContent();
        client.session.contentFailed(new Reply(451, List.of("lost")));

        client.sends("x".repeat(101));

        assertThat(client.seen()).containsExactly("421 4.4.2 gate Too much data", "(closed: LIMIT)");
    }

    private Client inContent() {
        Client client = Client.greeted(settings)
                .says("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA")
                .upstreamSays(250, 250, 354);
        client.seen();
        return client;
    }
}
