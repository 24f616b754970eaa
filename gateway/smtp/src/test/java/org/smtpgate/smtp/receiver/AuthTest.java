package org.smtpgate.smtp.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.smtp.Octets;

/** AUTH as RFC 4954 has it. */
class AuthTest {
    private final Settings settings = new Settings();

    AuthTest() {
        settings.mechanisms = List.of("PLAIN", "LOGIN");
    }

    @Test
    void anExchangeGoesBackAndForthUntilItIsJudged() {
        Client client = Client.greeted(settings);

        client.says("AUTH login");
        assertThat(client.seen()).containsExactly("(AUTH LOGIN)");
        answer(client, new AuthAnswer.Challenge(Octets.of("Username:")));
        assertThat(client.seen()).containsExactly("334 VXNlcm5hbWU6");
        client.says("dGlt");
        assertThat(client.seen()).containsExactly("(AUTH: tim)");
        answer(client, new AuthAnswer.Challenge(new byte[0]));
        assertThat(client.seen()).containsExactly("334 ");
        client.says("");
        assertThat(client.seen()).containsExactly("(AUTH: )");
        answer(client, new AuthAnswer.Accepted());
        assertThat(client.seen()).containsExactly("235 2.7.0 Authentication successful");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"AUTH PLAIN AHRpbQB0bQ== | (AUTH PLAIN \0tim\0tm)", "AUTH PLAIN = | (AUTH PLAIN )"})
    void anInitialResponseIsDecodedAndAnEqualsSignIsAnEmptyOne(String line, String begun) {
        assertThat(Client.greeted(settings).says(line).seen()).containsExactly(begun);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTH PLAIN ****", "AUTH PLAIN a", "AUTH PLAIN ==", "AUTH PLAIN \u00e9\u00e9\u00e9\u00e9"})
    void anInitialResponseThatIsNotBase64Is501AndBeginsNothing(String line) {
        assertThat(Client.greeted(settings).says(line).seen()).containsExactly("501 5.5.2 Not valid base64");
    }

    @ParameterizedTest
    @CsvSource({
        "*, 501 5.7.0 Authentication cancelled",
        "****, 501 5.5.2 Not valid base64",
        "=, 501 5.5.2 Not valid base64"
    })
    void aResponseThatIsNoneCancelsTheExchange(String line, String reply) {
        Client client = challenged();

        assertThat(client.says(line).seen()).containsExactly("(AUTH cancelled)", reply);
        assertThat(client.says("AUTH PLAIN =").seen()).containsExactly("(AUTH PLAIN )");
    }

    @Test
    void aLineOfTheExchangeMayBe12288OctetsLongAndNoMore() {
        String most = "A".repeat(12_286 / 4 * 4);

        assertThat(challenged().says(most).seen()).hasSize(1).first().asString().startsWith("(AUTH: ");
        assertThat(challenged().says(most + "AAAA").seen())
                .containsExactly("(AUTH cancelled)", "500 5.5.6 Authentication exchange line is too long");
        assertThat(Client.greeted(settings)
                        .says("AUTH PLAIN " + most.substring(12))
                        .seen())
                .hasSize(1);
    }

    @Test
    void aBareLfInTheExchangeCancelsIt() {
        assertThat(challenged().sends("dGlt\n").seen())
                .containsExactly("(AUTH cancelled)", "500 5.5.2 Lines must end with CR LF");
    }

    @Test
    void whatIsPipelinedBehindAuthWaitsForItsOutcome() {
        Client client = Client.greeted(settings).says("AUTH PLAIN =", "NOOP");
        assertThat(client.seen()).containsExactly("(AUTH PLAIN )");

        answer(client, new AuthAnswer.Rejected());
        assertThat(client.codes()).containsExactly(535, 250);
    }

    @Test
    void whoHasGuessedTooOftenIsToldSoAndTheSessionEnds() {
        Client client = Client.greeted(settings).says("AUTH PLAIN =", "NOOP");
        assertThat(client.seen()).containsExactly("(AUTH PLAIN )");

        answer(client, new AuthAnswer.Refused());
        assertThat(client.codes()).first().isEqualTo(421);
        assertThat(client.says("NOOP").codes()).doesNotContain(250);
    }

    @Test
    void authWaitsForTheRepliesToWhatWasPipelinedBefore() {
        Client client = Client.greeted(settings).says("MAIL FROM:<a@b>", "AUTH PLAIN =");

        client.upstreamSays(550);

        assertThat(client.seen()).containsExactly("(MAIL <a@b>)", "550 upstream", "(AUTH PLAIN )");
    }

    @Test
    void theOutcomesHaveTheirCodes() {
        Client client = Client.greeted(settings);

        assertThat(outcome(client, new AuthAnswer.Rejected())).containsExactly(535);
        assertThat(outcome(client, new AuthAnswer.Unavailable())).containsExactly(454);
        assertThat(outcome(client, new AuthAnswer.Malformed("No NUL"))).containsExactly(501);
        assertThat(outcome(client, new AuthAnswer.Accepted())).containsExactly(235);
    }

    @Test
    void onceIsEnough() {
        Client client = Client.greeted(settings);
        outcome(client, new AuthAnswer.Accepted());

        assertThat(client.says("AUTH PLAIN =").seen()).containsExactly("503 5.5.1 Already authenticated");
        assertThat(client.says("EHLO c").seen().toString()).doesNotContain("AUTH");
    }

    @Test
    void tooManyFailuresEndTheSession() {
        settings.authFailures = 2;
        Client client = Client.greeted(settings);

        assertThat(outcome(client, new AuthAnswer.Rejected())).containsExactly(535);
        assertThat(outcome(client, new AuthAnswer.Unavailable())).containsExactly(454);
        assertThat(outcome(client, new AuthAnswer.Rejected())).containsExactly(535, 421);
        assertThat(client.closed()).isTrue();
    }

    /** RFC 7628 section 3.2.3: the client answers the error with Control-A. Others answer nothing, or cancel. */
    @ParameterizedTest
    @ValueSource(strings = {"AQ==", "", "*", "not base64", "QUJD"})
    void whateverIsAnsweredToTheLastWordsOfARefusalItIsRefused(String line) {
        settings.authFailures = 2;
        Client client = Client.greeted(settings);

        for (int expected : new int[] {250, 421}) {
            client.says("AUTH PLAIN =").seen();
            answer(client, new AuthAnswer.Rejected(Octets.of("{}"), null));
            assertThat(client.seen()).containsExactly("334 e30=");
            client.says(line, "NOOP");
            assertThat(client.codes()).containsExactly(535, expected);
        }
    }

    @Test
    void aLineTooLongOrBareDoesNotSaveWhoIsRefused() {
        Client client = Client.greeted(settings);
        for (String bytes : List.of("A".repeat(20_000) + "\r\n", "AQ==\n")) {
            client.says("AUTH PLAIN =").seen();
            answer(client, new AuthAnswer.Rejected(Octets.of("{}"), null));
            client.seen();
            assertThat(client.sends(bytes).codes()).containsExactly(535);
        }
    }

    @Test
    void whoWasRefusedMayTryAgain() {
        Client client = Client.greeted(settings);
        client.says("AUTH PLAIN =").seen();
        answer(client, new AuthAnswer.Rejected(Octets.of("{}"), null));
        client.says("AQ==").seen();

        client.says("AUTH PLAIN").seen();
        answer(client, new AuthAnswer.Challenge(new byte[0]));
        client.seen();
        assertThat(client.says("dGlt").seen()).containsExactly("(AUTH: tim)");
        answer(client, new AuthAnswer.Accepted());
        assertThat(client.codes()).containsExactly(235);
    }

    @Test
    void whatIsOfferedIsAskedForAnewEachTime() {
        Client client = Client.greeted(settings);
        settings.mechanisms = List.of("SCRAM-SHA-256", "PLAIN");

        assertThat(client.says("EHLO c").seen().toString()).contains("AUTH SCRAM-SHA-256 PLAIN");
        settings.mechanisms = List.of("SCRAM-SHA-256");
        assertThat(client.says("AUTH PLAIN =").codes()).containsExactly(504);
        assertThat(client.says("AUTH SCRAM-SHA-256 =").seen()).containsExactly("(AUTH SCRAM-SHA-256 )");
    }

    /** RFC 4954 section 4. */
    @Test
    void inATransactionNobodyLogsIn() {
        Client client = Client.greeted(settings).withWillingUpstream();

        client.says("MAIL FROM:<a@b>").seen();
        assertThat(client.says("AUTH PLAIN =").codes()).containsExactly(503);
        client.says("RSET").seen();
        assertThat(client.says("AUTH PLAIN =").seen()).contains("(AUTH PLAIN )");
    }

    @Test
    void malformedResponsesCountAsErrors() {
        settings.errors = 2;
        Client client = Client.greeted(settings);

        assertThat(outcome(client, new AuthAnswer.Malformed("No NUL"))).containsExactly(501);
        assertThat(outcome(client, new AuthAnswer.Malformed("No NUL"))).containsExactly(501, 421);
    }

    @Test
    void anUnknownMechanismIs504AndNoMechanismAtAllIs502() {
        assertThat(Client.greeted(settings).says("AUTH CRAM-MD5").codes()).containsExactly(504);
        settings.mechanisms = List.of();
        assertThat(Client.greeted(settings).says("AUTH PLAIN").codes()).containsExactly(502);
    }

    @Test
    void inTheClearItIsNeitherOfferedNorTakenUnlessAllowed() {
        settings.authWithoutTls = false;

        assertThat(new Client(settings).says("EHLO c").seen().toString()).doesNotContain("AUTH");
        assertThat(Client.greeted(settings).says("AUTH PLAIN =").codes()).containsExactly(538);
        assertThat(new Client(settings, true).says("EHLO c", "AUTH PLAIN =").seen())
                .contains("(AUTH PLAIN )")
                .first()
                .asString()
                .contains("AUTH PLAIN LOGIN");
    }

    @Test
    void mailMayNeedALogin() {
        settings.authRequired = true;
        Client client = Client.greeted(settings).withWillingUpstream();

        assertThat(client.says("MAIL FROM:<a@b>").codes()).containsExactly(530);
        outcome(client, new AuthAnswer.Accepted());
        assertThat(client.says("MAIL FROM:<a@b>").codes()).containsExactly(250);
    }

    @Test
    void anOutcomeAfterTheEndOfTheSessionIsOfNoAccount() {
        Client client = Client.greeted(settings).says("AUTH PLAIN =");
        client.session.shutDown();
        client.pump().seen();

        answer(client, new AuthAnswer.Accepted());

        assertThat(client.seen()).isEmpty();
    }

    private Client challenged() {
        Client client = Client.greeted(settings).says("AUTH PLAIN");
        answer(client, new AuthAnswer.Challenge(new byte[0]));
        client.seen();
        return client;
    }

    private static List<Integer> outcome(Client client, AuthAnswer answer) {
        client.says("AUTH PLAIN =").seen();
        answer(client, answer);
        return client.codes();
    }

    private static void answer(Client client, AuthAnswer answer) {
        client.session.authAnswered(answer);
        client.pump();
    }
}
