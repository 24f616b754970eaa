package org.smtpgate.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoginMechanismTest {
    private final SaslMechanism login = SaslMechanisms.named("LOGIN").orElseThrow();
    private final SaslExchange exchange = login.start(Worlds.PLAIN);

    @Test
    void asksForTheNameThenForThePassword() {
        assertThat(text(exchange.prompt())).isEqualTo("Username:");
        assertThat(text(respond("tim"))).isEqualTo("Password:");
        assertThat(respond("tanstaaf"))
                .isEqualTo(new SaslStep.Present(new Credentials.Password("", "tim", "tanstaaf")));
    }

    /** As they stand on the wire; clients compare them. */
    @Test
    void promptsAreTheOnesThatClientsKnow() {
        Base64.Encoder base64 = Base64.getEncoder();

        assertThat(base64.encodeToString(exchange.prompt().bytes())).isEqualTo("VXNlcm5hbWU6");
        assertThat(base64.encodeToString(((SaslStep.Challenge) respond("tim")).bytes()))
                .isEqualTo("UGFzc3dvcmQ6");
    }

    @Test
    void leavesTheJudgementOfAnEmptyPasswordToOthers() {
        respond("tim");

        assertThat(respond("")).isEqualTo(new SaslStep.Present(new Credentials.Password("", "tim", "")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "t\0im", "t\r\nim"})
    void refusesAnEmptyNameAndControlCharacters(String name) {
        assertThat(respond(name)).isInstanceOf(SaslStep.Malformed.class);
    }

    @Test
    void refusesNulInThePassword() {
        respond("tim");

        assertThat(respond("tan\0staaf")).isEqualTo(new SaslStep.Malformed("NUL in the password"));
    }

    @Test
    void refusesBytesThatAreNotUtf8InEitherAnswer() {
        byte[] latin1 = {'p', (byte) 0xe9};

        assertThat(login.start(Worlds.PLAIN).respond(latin1)).isEqualTo(new SaslStep.Malformed("not valid UTF-8"));
        respond("tim");
        assertThat(exchange.respond(latin1)).isEqualTo(new SaslStep.Malformed("not valid UTF-8"));
    }

    @Test
    void exchangesDoNotShareTheirNames() {
        SaslExchange other = login.start(Worlds.PLAIN);
        respond("tim");

        assertThat(other.respond("kurt".getBytes(StandardCharsets.UTF_8))).isInstanceOf(SaslStep.Challenge.class);
        assertThat(respond("secret")).isEqualTo(new SaslStep.Present(new Credentials.Password("", "tim", "secret")));
    }

    private SaslStep respond(String response) {
        return exchange.respond(response.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(SaslStep step) {
        return new String(((SaslStep.Challenge) step).bytes(), StandardCharsets.US_ASCII);
    }
}
