package org.smtpgate.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScramServerExchangeTest {
    private static final String FIRST = "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL";

    @Test
    void speaksTheExampleOfRfc5802() {
        var exchange = rfc5802();

        SaslStep.LookUp lookUp = (SaslStep.LookUp) respond(exchange, FIRST);
        assertThat(lookUp.hash()).isEqualTo("SHA-1");
        assertThat(lookUp.username()).isEqualTo("user");
        assertThat(text(lookUp.then().apply(keys(ScramMechanism.SCRAM_SHA_1, "pencil", "QSXCR+Q6sek8bf92"))))
                .isEqualTo("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096");
        assertThat(text(respond(
                        exchange,
                        "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=")))
                .isEqualTo("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=");
        assertThat(respond(exchange, "")).isEqualTo(new SaslStep.Proven(""));
    }

    @Test
    void speaksTheExampleOfRfc7677() {
        var exchange = new ScramServerExchange(
                (ScramServerMechanism) ScramServerMechanism.SHA_256,
                Worlds.PLAIN,
                () -> "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");

        SaslStep.LookUp lookUp = (SaslStep.LookUp) respond(exchange, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        assertThat(lookUp.hash()).isEqualTo("SHA-256");
        assertThat(text(lookUp.then().apply(keys(ScramMechanism.SCRAM_SHA_256, "pencil", "W22ZaJ0SNY7soEsUEjb6gQ=="))))
                .isEqualTo("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        assertThat(text(respond(
                        exchange,
                        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                                + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")))
                .isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        assertThat(respond(exchange, "")).isEqualTo(new SaslStep.Proven(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-1", "SCRAM-SHA-256"})
    void theGatewaysOwnClientSideLogsInAndMayNameWhomToActAs(String mechanism) throws Exception {
        SaslExchange server = start(mechanism, Worlds.PLAIN);
        SaslClientExchange client =
                SaslClientMechanisms.start(mechanism, new ClientCredentials.Password("bo,ss=", "us,er=", "pencil"));

        SaslStep.LookUp lookUp = (SaslStep.LookUp) server.respond(client.initialResponse());
        assertThat(lookUp.username()).isEqualTo("us,er=");
        byte[] clientFinal = client.respond(bytes(lookUp.then().apply(pencil(mechanism))));
        byte[] last = client.respond(bytes(server.respond(clientFinal)));

        assertThat(client.complete()).isTrue();
        assertThat(server.respond(last)).isEqualTo(new SaslStep.Proven("bo,ss="));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"})
    void aClientThatBindsTheChannelLogsInOnThatChannelAlone(String mechanism) throws Exception {
        assertThat(bind(mechanism, Worlds.END_POINT)).isInstanceOf(SaslStep.Proven.class);
        assertThat(bind(mechanism, "another certificate".getBytes(UTF_8)))
                .isEqualTo(new SaslStep.Refused("the channel binding is not that of this connection"));
    }

    private static SaslStep bind(String mechanism, byte[] data) throws Exception {
        SaslExchange server = start(mechanism, Worlds.BINDING);
        ScramClient client = ScramClient.builder()
                .advertisedMechanisms(List.of(mechanism))
                .username("user")
                .password("pencil".toCharArray())
                .channelBinding("tls-server-end-point", data)
                .build();

        SaslStep.LookUp lookUp =
                (SaslStep.LookUp) respond(server, client.clientFirstMessage().toString());
        client.serverFirstMessage(text(lookUp.then().apply(pencil(mechanism))));
        SaslStep step = respond(server, client.clientFinalMessage().toString());
        if (step instanceof SaslStep.Challenge last) {
            client.serverFinalMessage(text(last));
            return respond(server, "");
        }
        return step;
    }

    @Test
    void aWrongPasswordIsRefusedWithoutAProofOfOurs() throws Exception {
        SaslExchange server = start("SCRAM-SHA-256", Worlds.PLAIN);
        SaslClientExchange client =
                SaslClientMechanisms.start("SCRAM-SHA-256", new ClientCredentials.Password("", "user", "pen"));

        SaslStep.LookUp lookUp = (SaslStep.LookUp) server.respond(client.initialResponse());
        byte[] clientFinal = client.respond(bytes(lookUp.then().apply(pencil("SCRAM-SHA-256"))));

        assertThat(server.respond(clientFinal)).isEqualTo(new SaslStep.Refused(null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7x,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                "c=eSws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,x=y,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Tw=",
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8"
            })
    void aLastMessageThatDiffersAnywhereIsRefused(String message) {
        var exchange = rfc5802();
        ((SaslStep.LookUp) respond(exchange, FIRST))
                .then()
                .apply(keys(ScramMechanism.SCRAM_SHA_1, "pencil", "QSXCR+Q6sek8bf92"));

        assertThat(respond(exchange, message)).isInstanceOf(SaslStep.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c=biws",
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j",
                "c=%,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v,p=v0X8v",
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p="
            })
    void aLastMessageThatIsNotScramIsMalformed(String message) {
        var exchange = rfc5802();
        ((SaslStep.LookUp) respond(exchange, FIRST))
                .then()
                .apply(keys(ScramMechanism.SCRAM_SHA_1, "pencil", "QSXCR+Q6sek8bf92"));

        assertThat(respond(exchange, message)).isEqualTo(new SaslStep.Malformed("the last message is not valid SCRAM"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n",
                "n=user,r=fyko",
                "n,,n=,r=fyko",
                "n,,n=user",
                "n,,n=user,r=",
                "n,,n=user,r=fy\u00e9ko",
                "n,,n=us=er,r=fyko",
                "n,,n=us=2cer,r=fyko",
                "n,,n=us\u0007er,r=fyko",
                "n,,m=must,n=user,r=fyko",
                "x,,n=user,r=fyko",
                "p=,,n=user,r=fyko",
                "n,,r=fyko,n=user"
            })
    void aFirstMessageThatIsNotScramIsMalformed(String message) {
        assertThat(respond(start("SCRAM-SHA-1", Worlds.PLAIN), message)).isInstanceOf(SaslStep.Malformed.class);
    }

    @Test
    void anEmptyAuthorizationIdentityIsNone() {
        assertThat(respond(start("SCRAM-SHA-1", Worlds.PLAIN), "n,a=,n=user,r=fyko"))
                .isInstanceOf(SaslStep.LookUp.class);
    }

    /** RFC 5802 section 6: that is what an attacker makes of the list, who wants the weaker one. */
    @Test
    void aClientThatWasNotShownTheOfferOfChannelBindingIsRefused() {
        assertThat(respond(start("SCRAM-SHA-256", Worlds.BINDING), "y,,n=user,r=fyko"))
                .isInstanceOf(SaslStep.Refused.class);
        assertThat(respond(start("SCRAM-SHA-256", Worlds.PLAIN), "y,,n=user,r=fyko"))
                .isInstanceOf(SaslStep.LookUp.class);
        assertThat(respond(start("SCRAM-SHA-256", Worlds.BINDING), "n,,n=user,r=fyko"))
                .isInstanceOf(SaslStep.LookUp.class);
    }

    @Test
    void theFlagMustBeThatOfTheMechanismAndTheTypeOneOfTheConnections() {
        String binds = "p=tls-server-end-point,,n=user,r=fyko";

        assertThat(respond(start("SCRAM-SHA-256", Worlds.BINDING), binds)).isInstanceOf(SaslStep.Malformed.class);
        assertThat(respond(start("SCRAM-SHA-256-PLUS", Worlds.BINDING), "n,,n=user,r=fyko"))
                .isInstanceOf(SaslStep.Malformed.class);
        assertThat(respond(start("SCRAM-SHA-256-PLUS", Worlds.BINDING), "p=tls-unique,,n=user,r=fyko"))
                .isEqualTo(new SaslStep.Malformed("unsupported channel binding type"));
        assertThat(respond(start("SCRAM-SHA-256-PLUS", Worlds.BINDING), binds)).isInstanceOf(SaslStep.LookUp.class);
    }

    /** RFC 4013: a ligature is its letters, and a soft hyphen nothing. */
    @Test
    void theNameIsPreparedAndAProhibitedOneRefused() {
        assertThat(respond(start("SCRAM-SHA-1", Worlds.PLAIN), "n,,n=I\u00adX\ufb01,r=fyko"))
                .isInstanceOfSatisfying(
                        SaslStep.LookUp.class,
                        lookUp -> assertThat(lookUp.username()).isEqualTo("IXfi"));
        assertThat(respond(start("SCRAM-SHA-1", Worlds.PLAIN), "n,,n=us\ufff9er,r=fyko"))
                .isEqualTo(new SaslStep.Malformed("user name that SASLprep prohibits"));
    }

    @Test
    void noNonceComesTwice() {
        assertThat(serverFirst()).isNotEqualTo(serverFirst());
    }

    private static String serverFirst() {
        SaslStep.LookUp lookUp = (SaslStep.LookUp) respond(start("SCRAM-SHA-1", Worlds.PLAIN), FIRST);
        return text(lookUp.then().apply(pencil("SCRAM-SHA-1")));
    }

    @Test
    void aClientThatIsNotSatisfiedDoesNotSayEmpty() {
        var exchange = rfc5802();
        ((SaslStep.LookUp) respond(exchange, FIRST))
                .then()
                .apply(keys(ScramMechanism.SCRAM_SHA_1, "pencil", "QSXCR+Q6sek8bf92"));
        respond(exchange, "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");

        assertThat(respond(exchange, "no")).isInstanceOf(SaslStep.Malformed.class);
    }

    @Test
    void decoysAreTheSameForTheSameUserAndNobodyFits() throws Exception {
        ScramDecoys decoys = new ScramDecoys("secret of the process".getBytes(UTF_8));
        ScramKeys keys = decoys.keys("SHA-256", "nobody", 4096);

        assertThat(decoys.keys("SHA-256", "nobody", 4096))
                .usingRecursiveComparison()
                .isEqualTo(keys);
        assertThat(decoys.keys("SHA-256", "somebody", 4096).salt()).isNotEqualTo(keys.salt());
        assertThat(decoys.keys("SHA-1", "nobody", 4096).salt()).isNotEqualTo(keys.salt());
        assertThat(new ScramDecoys("another".getBytes(UTF_8))
                        .keys("SHA-256", "nobody", 4096)
                        .salt())
                .isNotEqualTo(keys.salt());
        assertThat(keys.salt()).hasSize(16);
        assertThat(decoys.keys("SHA-1", "nobody", 4096).storedKey()).hasSize(20);
    }

    @Test
    void keysThatAreTooCheapAreNone() {
        byte[] key = new byte[20];

        assertThatIllegalArgumentException().isThrownBy(() -> new ScramKeys(key, 4095, key, key));
        assertThatIllegalArgumentException().isThrownBy(() -> new ScramKeys(new byte[0], 4096, key, key));
        assertThatIllegalArgumentException().isThrownBy(() -> new ScramKeys(key, 4096, key, new byte[32]));
        assertThat(new ScramKeys(key, 4096, key, key)).hasToString("ScramKeys[iterations=4096, ***]");
    }

    private static ScramServerExchange rfc5802() {
        return new ScramServerExchange(
                (ScramServerMechanism) ScramServerMechanism.SHA_1, Worlds.PLAIN, () -> "3rfcNHYJY1ZVvWVs7j");
    }

    private static SaslExchange start(String mechanism, Surroundings surroundings) {
        return SaslMechanisms.named(mechanism).orElseThrow().start(surroundings);
    }

    private static ScramKeys pencil(String mechanism) {
        return keys(ScramMechanism.byName(mechanism), "pencil", "QSXCR+Q6sek8bf92");
    }

    private static ScramKeys keys(ScramMechanism algorithms, String password, String salt) {
        byte[] octets = Base64.getDecoder().decode(salt);
        byte[] salted = ScramFunctions.saltedPassword(
                algorithms, StringPreparation.SASL_PREPARATION, password.toCharArray(), octets, 4096);
        return new ScramKeys(
                octets,
                4096,
                ScramFunctions.storedKey(algorithms, ScramFunctions.clientKey(algorithms, salted)),
                ScramFunctions.serverKey(algorithms, salted));
    }

    private static SaslStep respond(SaslExchange exchange, String message) {
        return exchange.respond(message.getBytes(UTF_8));
    }

    private static byte[] bytes(SaslStep step) {
        return ((SaslStep.Challenge) step).bytes();
    }

    private static String text(SaslStep step) {
        return new String(bytes(step), UTF_8);
    }
}
