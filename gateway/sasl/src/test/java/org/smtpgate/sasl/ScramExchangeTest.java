package org.smtpgate.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ongres.scram.common.ScramMechanism;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScramExchangeTest {
    private static final ClientCredentials.Password USER = new ClientCredentials.Password("", "user", "pencil");

    @Test
    void speaksTheExampleOfRfc5802() throws Exception {
        var exchange = new ScramExchange(ScramMechanism.SCRAM_SHA_1, USER, () -> "fyko+d2lbbFgONRv9qkxdawL");

        assertThat(exchange.initialResponse()).asString(UTF_8).isEqualTo("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
        assertThat(respond(exchange, "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"))
                .isEqualTo("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
        assertThat(exchange.complete()).isFalse();
        assertThat(respond(exchange, "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=")).isEmpty();
        assertThat(exchange.complete()).isTrue();
    }

    @Test
    void speaksTheExampleOfRfc7677() throws Exception {
        var exchange = new ScramExchange(ScramMechanism.SCRAM_SHA_256, USER, () -> "rOprNGfwEbeRWgbNEkqO");

        assertThat(exchange.initialResponse()).asString(UTF_8).isEqualTo("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        assertThat(respond(
                        exchange,
                        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"))
                .isEqualTo("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        assertThat(exchange.complete()).isFalse();
        assertThat(respond(exchange, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="))
                .isEmpty();
        assertThat(exchange.complete()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"SCRAM-SHA-1,SHA-1", "SCRAM-SHA-256,SHA-256"})
    void logsInAtAServerThatKnowsThePassword(String mechanism, String hash) throws Exception {
        ScramServer server = new ScramServer(hash, "pencil", 4096);
        SaslClientExchange exchange =
                SaslClientMechanisms.start(mechanism, new ClientCredentials.Password("boss,=", "us,er=", "pencil"));

        byte[] last = server.last(exchange.respond(server.first(exchange.initialResponse())));
        assertThat(exchange.complete()).isFalse();
        assertThat(exchange.respond(last)).isEmpty();

        assertThat(exchange.complete()).isTrue();
        assertThat(server.username).isEqualTo("us=2Cer=3D");
        assertThat(server.gs2Header).isEqualTo("n,a=boss=2C=3D,");
    }

    /** RFC 4013 section 3: a soft hyphen maps to nothing, the Roman numeral nine to IX. */
    @Test
    void preparesNameAndPassword() throws Exception {
        ScramServer server = new ScramServer("SHA-256", "pencilIX", 4096);
        SaslClientExchange exchange = SaslClientMechanisms.start(
                "SCRAM-SHA-256", new ClientCredentials.Password("", "us\u00ader", "pen\u00adcil\u2168"));

        exchange.respond(server.last(exchange.respond(server.first(exchange.initialResponse()))));

        assertThat(exchange.complete()).isTrue();
        assertThat(server.username).isEqualTo("user");
    }

    @Test
    void aRefusalIsAnsweredSoThatTheServerGivesItsReplyAndNeverCountsAsSuccess() throws Exception {
        ScramServer server = new ScramServer("SHA-256", "another", 4096);
        SaslClientExchange exchange = SaslClientMechanisms.start("SCRAM-SHA-256", USER);

        byte[] last = server.last(exchange.respond(server.first(exchange.initialResponse())));

        assertThat(last).asString(UTF_8).isEqualTo("e=invalid-proof");
        assertThat(exchange.respond(last)).isEmpty();
        assertThat(exchange.complete()).isFalse();
        assertThatThrownBy(() -> exchange.respond(last)).isInstanceOf(SaslException.class);
    }

    @Test
    void aServerThatDoesNotKnowThePasswordIsNotBelieved() throws Exception {
        ScramServer server = new ScramServer("SHA-256", "pencil", 4096);
        SaslClientExchange exchange = SaslClientMechanisms.start("SCRAM-SHA-256", USER);
        byte[] last = server.last(exchange.respond(server.first(exchange.initialResponse())));
        byte[] signature = Base64.getDecoder().decode(new String(last, UTF_8).substring("v=".length()));
        signature[0] ^= 1;
        byte[] forged = ("v=" + Base64.getEncoder().encodeToString(signature)).getBytes(UTF_8);

        assertThatThrownBy(() -> exchange.respond(forged))
                .isInstanceOf(SaslException.class)
                .hasMessage("the server did not prove that it knows the password");
        assertThat(exchange.complete()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "r=another3rfc,s=QSXCR+Q6sek8bf92,i=4096",
                "r=fyko3rfc",
                "r=fyko3rfc,s=QSXCR+Q6sek8bf92",
                "r=fyko3rfc,s=,i=4096",
                "r=fyko3rfc,s=%%%%,i=4096",
                "r=fyko3rfc,s=QSXCR+Q6sek8bf92,i=4096x",
                "r=fyko3rfc,s=QSXCR+Q6sek8bf92,i=-1",
                "r=fyko3rfc,s=QSXCR+Q6sek8bf92,i=2147483648",
                "r=fyko3rfc,s=QSXCR,i=4096",
                "r=fyko,s=QSXCR+Q6sek8bf92,i=4096",
                "m=ext,r=fyko3rfc,s=QSXCR+Q6sek8bf92,i=4096",
                "e=other-error",
                "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="
            })
    void aFirstMessageThatIsNotScramEndsTheExchange(String message) {
        var exchange = new ScramExchange(ScramMechanism.SCRAM_SHA_256, USER, () -> "fyko");

        assertThatThrownBy(() -> respond(exchange, message)).isInstanceOf(SaslException.class);
        assertThatThrownBy(() -> respond(exchange, "r=fyko3rfc,s=QSXCR+Q6sek8bf92,i=4096"))
                .isInstanceOf(SaslException.class);
        assertThat(exchange.complete()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4095, 600_001, 999_999_999})
    void takesNoIterationCountThatIsTooCheapOrTooDear(int iterations) {
        var exchange = new ScramExchange(ScramMechanism.SCRAM_SHA_256, USER, () -> "fyko");

        assertThatThrownBy(() -> respond(exchange, "r=fyko3rfc,s=QSXCR+Q6sek8bf92,i=" + iterations))
                .isInstanceOf(SaslException.class)
                .hasMessage("the server's iteration count " + iterations + " is not within 4096 to 600000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v", "v=", "v=%", "e=", "x=1", "v=QSXC,x", "r=fyko3rfc"})
    void aLastMessageThatProvesNothingEndsTheExchange(String message) throws Exception {
        var exchange = new ScramExchange(ScramMechanism.SCRAM_SHA_256, USER, () -> "fyko");
        respond(exchange, "r=fyko3rfc,s=QSXCR+Q6sek8bf92,i=4096");

        assertThatThrownBy(() -> respond(exchange, message)).isInstanceOf(SaslException.class);
        assertThat(exchange.complete()).isFalse();
    }

    @Test
    void aServerThatSaysNothingMoreIsNotBelieved() throws Exception {
        ScramServer server = new ScramServer("SHA-256", "pencil", 4096);
        SaslClientExchange exchange = SaslClientMechanisms.start("SCRAM-SHA-256", USER);

        assertThat(exchange.complete()).isFalse();
        exchange.respond(server.first(exchange.initialResponse()));
        assertThat(exchange.complete()).isFalse();
    }

    @Test
    void twoExchangesUseTwoNonces() {
        assertThat(SaslClientMechanisms.start("SCRAM-SHA-256", USER).initialResponse())
                .isNotEqualTo(SaslClientMechanisms.start("SCRAM-SHA-256", USER).initialResponse());
    }

    private static String respond(SaslClientExchange exchange, String challenge) throws SaslException {
        return new String(exchange.respond(challenge.getBytes(UTF_8)), UTF_8);
    }
}
