package org.smtpgate.smtp.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Reply;

class TransactionTest {
    private static final String MAIL = "MAIL FROM:<a@b>";
    private static final String RCPT = "RCPT TO:<c@d>";

    private final Settings settings = new Settings();

    @Test
    void aGroupIsPassedOnAtOnceAndAnsweredInOrder() {
        Client client = Client.greeted(settings).says(MAIL, RCPT, RCPT, "DATA");
        assertThat(client.seen()).containsExactly("(MAIL <a@b>)", "(RCPT <c@d>)", "(RCPT <c@d>)", "(DATA)");

        assertThat(client.upstreamSays(250, 550, 251, 354).codes()).containsExactly(250, 550, 251, 354);
        client.says("hello", ".", "NOOP");
        assertThat(client.seen()).containsExactly("(content to its end: hellorn.rn)");
        assertThat(client.upstreamSays(250).codes()).containsExactly(250, 250);
    }

    @Test
    void whatIsAnsweredOutOfOrderIsSentInOrder() {
        Client client = Client.greeted(settings).says(MAIL, "NOOP", "VRFY x");
        assertThat(client.codes()).isEmpty();

        assertThat(client.upstreamSays(250).codes()).containsExactly(250, 250, 252);
    }

    @Test
    void theNextTransactionWaitsForTheEndOfTheOneBefore() {
        Client client = Client.greeted(settings).says(MAIL, "RSET", MAIL);
        assertThat(client.seen()).containsExactly("(MAIL <a@b>)");

        client.upstreamSays(250);
        assertThat(client.seen()).containsExactly("250 upstream", "(mail given up)", "250 2.0.0 Ok", "(MAIL <a@b>)");
    }

    @Test
    void aMailBehindAnUnansweredOneIsJudgedByItsOutcome() {
        assertThat(Client.greeted(settings).says(MAIL, MAIL).upstreamSays(550).seen())
                .containsExactly("(MAIL <a@b>)", "550 upstream", "(MAIL <a@b>)");
        assertThat(Client.greeted(settings).says(MAIL, MAIL).upstreamSays(250).codes())
                .containsExactly(250, 503);
    }

    // Optimistic, then corrected

    @Test
    void afterARefusedMailTheNextOneIsLegal() {
        Client client = Client.greeted(settings).says(MAIL, RCPT, "DATA");

        assertThat(client.upstreamSays(550, 503, 503).codes()).containsExactly(550, 503, 503);
        assertThat(client.says(RCPT, "DATA").codes()).containsExactly(503, 503);
        assertThat(client.says(MAIL, RCPT).upstreamSays(250, 250).codes()).containsExactly(250, 250);
    }

    @Test
    void afterARefusedMailWhatIsReadLaterIsOutOfOrderHere() {
        Client client = Client.greeted(settings).says(MAIL).upstreamSays(450);

        assertThat(client.says(RCPT, "DATA", MAIL).seen())
                .containsExactly(
                        "(MAIL <a@b>)",
                        "450 upstream",
                        "503 5.5.1 Need MAIL before RCPT",
                        "503 5.5.1 No valid recipients",
                        "(MAIL <a@b>)");
    }

    @Test
    void whenEveryRecipientIsRefusedDataIsOutOfOrder() {
        Client client = Client.greeted(settings).says(MAIL, RCPT, RCPT).upstreamSays(250, 550, 550);

        assertThat(client.says("DATA").codes()).containsExactly(250, 550, 550, 503);
        assertThat(client.says(RCPT)
                        .upstreamSays(250)
                        .says("DATA")
                        .upstreamSays(354)
                        .codes())
                .containsExactly(250, 354);
    }

    @Test
    void aRefusedDataLeavesTheTransactionOpen() {
        Client client = Client.greeted(settings).says(MAIL, RCPT, "DATA").upstreamSays(250, 250, 451);

        assertThat(client.says(MAIL).codes()).containsExactly(250, 250, 451, 503);
        assertThat(client.says("DATA").upstreamSays(354).codes()).containsExactly(354);
    }

    @ParameterizedTest
    @CsvSource({"250", "451", "554"})
    void whateverTheMessageIsAnsweredTheNextMailIsLegal(int code) {
        Client client = inContent().says(".").upstreamSays(code);

        assertThat(client.says(RCPT).codes()).containsExactly(code, 503);
        assertThat(client.says(MAIL).upstreamSays(250).codes()).containsExactly(250);
    }

    @Test
    void afterALossTheRestOfTheGroupIsOutOfOrderAndTheNextMailIsLegal() {
        Client client = Client.greeted(settings).says(MAIL, RCPT, "DATA");

        client.session.transactionLost();
        client.upstreamSays(451, 503, 503);
        assertThat(client.codes()).containsExactly(451, 503, 503);
        assertThat(client.says(RCPT, MAIL).upstreamSays(250).codes()).containsExactly(503, 250);
    }

    @Test
    void theRestOfALongGroupIsNoErrorOfTheClient() {
        settings.errors = 3;
        settings.recipients = 10;
        Client client = Client.greeted(settings).says(MAIL).upstreamSays(451);
        client.codes();

        client.says(RCPT, RCPT, RCPT, RCPT, "DATA", MAIL).upstreamSays(250);

        assertThat(client.codes()).containsExactly(503, 503, 503, 503, 503, 250);
        assertThat(client.closed()).isFalse();
    }

    @Test
    void thePardonOfALongGroupHasItsBound() {
        settings.errors = 3;
        settings.recipients = 10;
        Client client = Client.greeted(settings).says(MAIL).upstreamSays(451);

        for (int i = 0; i < 20 && !client.closed(); i++) {
            client.says(RCPT);
        }

        assertThat(client.closed()).isTrue();
    }

    // Giving up

    @ParameterizedTest
    @ValueSource(strings = {"RSET", "EHLO again", "HELO again"})
    void rsetAndAnotherGreetingGiveAnOpenTransactionUp(String line) {
        Client client = Client.greeted(settings).withWillingUpstream().says(MAIL, RCPT);
        client.seen();

        assertThat(client.says(line).seen()).contains("(mail given up)");
        assertThat(client.says("DATA", RCPT, MAIL).codes()).containsExactly(503, 503, 250);
        assertThat(client.session.inTransaction()).isTrue();
    }

    @Test
    void rsetWithoutATransactionGivesNothingUp() {
        assertThat(Client.greeted(settings).says("RSET").seen()).containsExactly("250 2.0.0 Ok");
        assertThat(new Client(settings).says("RSET").seen()).containsExactly("250 2.0.0 Ok");
    }

    // What EHLO offers

    @Test
    void ehloOffersWhatTheListenerAndTheUpstreamBothTake() {
        assertThat(new Client(settings).says("EHLO c").seen())
                .containsExactly("250 gate / PIPELINING / SIZE 52428800 / 8BITMIME / ENHANCEDSTATUSCODES / CHUNKING");
        settings.upstream = new Capabilities(Map.of("SIZE", "1000"));
        assertThat(new Client(settings).says("EHLO c").seen())
                .containsExactly("250 gate / PIPELINING / SIZE 1000 / ENHANCEDSTATUSCODES / CHUNKING");
        assertThat(new Client(settings).says("HELO c").seen()).containsExactly("250 gate");
    }

    @ParameterizedTest
    @CsvSource({"0, '', 0", "0, 500, 500", "100, 500, 100", "500, 100, 100", "100, '', 100", "100, 0, 100", "7, junk, 7"
    })
    void theSizeOfferedIsTheSmallerLimit(long ours, String theirs, long offered) {
        settings.message = ours;
        settings.upstream = new Capabilities(Map.of("SIZE", theirs));

        assertThat(new Client(settings).says("EHLO c").seen().toString()).contains("SIZE " + offered + " ");
    }

    @Test
    void anUnwelcomeClientIsToldSo() {
        ReceiverSession session = new ReceiverSession(settings.build(), null, false);

        session.refuse(new Reply(554, List.of("no")));

        assertThat(session.poll()).isEqualTo(new ReceiverAction.Send(new Reply(554, List.of("no"))));
        assertThat(session.poll()).isEqualTo(new ReceiverAction.Close(SessionEnd.REFUSED));
        assertThat(session.poll()).isNull();
    }

    private Client inContent() {
        Client client = Client.greeted(settings).says(MAIL, RCPT, "DATA").upstreamSays(250, 250, 354);
        client.seen();
        return client;
    }
}
