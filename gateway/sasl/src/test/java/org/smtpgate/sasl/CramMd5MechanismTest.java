package org.smtpgate.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CramMd5MechanismTest {
    private static final String DIGEST = "b913a602c7eda7a495b4e6e7334d3890";

    private final SaslMechanism cramMd5 = SaslMechanisms.named("CRAM-MD5").orElseThrow();
    private final SaslExchange exchange = cramMd5.start(Worlds.PLAIN);

    /** RFC 2195 section 2: random digits, a time stamp and the host. */
    @Test
    void theChallengeHasTheFormOfAMessageId() {
        assertThat(challenge(exchange)).matches("<[0-9a-f]{32}\\.896697170@gate\\.example\\.org>");
    }

    @Test
    void noChallengeComesTwice() {
        assertThat(challenge(exchange)).isNotEqualTo(challenge(cramMd5.start(Worlds.PLAIN)));
    }

    /** The response is that of the RFC's example. */
    @Test
    void presentsTheAnswerTogetherWithWhatWasAsked() {
        String challenge = challenge(exchange);

        assertThat(respond("tim " + DIGEST))
                .isEqualTo(new SaslStep.Present(new Credentials.Digest("tim", challenge, DIGEST)));
    }

    @Test
    void theGatewaysOwnClientSideIsUnderstood() throws Exception {
        String challenge = challenge(exchange);
        SaslClientExchange client =
                SaslClientMechanisms.start("CRAM-MD5", new ClientCredentials.Password("", "tim", "tanstaaftanstaaf"));

        Credentials.Digest digest = (Credentials.Digest)
                ((SaslStep.Present) exchange.respond(client.respond(challenge.getBytes(UTF_8)))).credentials();

        assertThat(digest.username()).isEqualTo("tim");
        assertThat(digest.digest()).matches("[0-9a-f]{32}");
    }

    @Test
    void aNameMayHaveSpacesAndHexDigitsMayBeCapitals() {
        String challenge = challenge(exchange);

        assertThat(respond("Tim Toady " + DIGEST.toUpperCase()))
                .isEqualTo(new SaslStep.Present(new Credentials.Digest("Tim Toady", challenge, DIGEST)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "tim",
                "tim ",
                " b913a602c7eda7a495b4e6e7334d3890",
                "tim b913a602",
                "tim\0 b913a602c7eda7a495b4e6e7334d3890",
                "tim b913a602c7eda7a495b4e6e7334d389g"
            })
    void refusesWhatIsNotANameAndADigest(String response) {
        exchange.prompt();

        assertThat(respond(response)).isInstanceOf(SaslStep.Malformed.class);
    }

    @Test
    void refusesAnAnswerToNothing() {
        assertThat(respond("tim " + DIGEST)).isEqualTo(new SaslStep.Malformed("CRAM-MD5 takes no initial response"));
    }

    private SaslStep respond(String response) {
        return exchange.respond(response.getBytes(UTF_8));
    }

    private static String challenge(SaslExchange exchange) {
        return new String(exchange.prompt().bytes(), UTF_8);
    }
}
