package org.smtpgate.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BearerMechanismTest {
    private static final String TOKEN = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==";

    /** RFC 7628 section 4.1. */
    @Test
    void readsTheExampleOfRfc7628() {
        byte[] message = Base64.getDecoder()
                .decode("bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyI"
                        + "HZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB");

        assertThat(exchange("OAUTHBEARER").respond(message)).isEqualTo(presented("user@example.com", TOKEN));
    }

    /** Google's own. */
    @Test
    void readsTheExampleOfXoauth2() {
        byte[] message = Base64.getDecoder()
                .decode(
                        "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==");

        assertThat(exchange("XOAUTH2").respond(message))
                .isEqualTo(presented("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"XOAUTH2", "OAUTHBEARER"})
    void theGatewaysOwnClientSideIsUnderstood(String mechanism) {
        ClientCredentials credentials =
                new ClientCredentials.Token("", "us,er=@example.com", TOKEN, "mx.example.com", 587);

        byte[] message = SaslClientMechanisms.start(mechanism, credentials).initialResponse();

        assertThat(exchange(mechanism).respond(message)).isEqualTo(presented("us,er=@example.com", TOKEN));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "n,,^auth=Bearer abc^^ | ''",
                "n,a=,^auth=Bearer abc^^ | ''",
                "y,,^auth=bearer abc^^ | ''",
                "n,a=t=2Ci=3Dm,^auth=BEARER  abc^^ | t,i=m",
                "n,a=tim,^host=h^auth=Bearer abc^port=587^unknown=^^ | tim"
            })
    void readsWhatRfc7628Allows(String message, String name) {
        assertThat(respond("OAUTHBEARER", message)).isEqualTo(presented(name, "abc"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "^",
                "n,,",
                "n,,^",
                "n,,^^^",
                "p=tls-exporter,,^auth=Bearer abc^^",
                "x,,^auth=Bearer abc^^",
                "n,a=t=im,^auth=Bearer abc^^",
                "n,,^auth=Bearer abc^",
                "n,,^auth=Bearer abc",
                "n,,^auth=Bearer abc^^^",
                "n,,^auth=Bearer abc^auth=Bearer def^^",
                "n,,^auth=Bearer a b c^^",
                "n,,^auth=Bearer^^",
                "n,,^auth=Basic abc^^",
                "n,,^=x^auth=Bearer abc^^",
                "n,,^no value^auth=Bearer abc^^",
                "user=tim^auth=Bearer abc^^"
            })
    void oauthBearerRefusesAllElse(String message) {
        assertThat(respond("OAUTHBEARER", message)).isInstanceOf(SaslStep.Malformed.class);
    }

    /** RFC 7628 section 4.3: a client without a token learns so what it needs. */
    @ParameterizedTest
    @ValueSource(strings = {"n,,^auth=^^", "n,,^^", "n,a=tim,^host=h^^"})
    void whoHasNoTokenIsRefusedInProperForm(String message) {
        assertThat(respond("OAUTHBEARER", message)).isEqualTo(new SaslStep.Refused("no token"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "user=tim",
                "user=tim^auth=Bearer abc",
                "user=tim^auth=Bearer abc^",
                "user=tim^auth=Bearer abc^^^",
                "auth=Bearer abc^user=tim^^",
                "user=tim^auth=Bearer^^",
                "user=tim^auth=Bearer a\u00e9^^",
                "user=t\nim^auth=Bearer abc^^",
                "user=tim^auth=abc^^"
            })
    void xoauth2RefusesAllElse(String message) {
        assertThat(respond("XOAUTH2", message)).isInstanceOf(SaslStep.Malformed.class);
    }

    @Test
    void aRefusalIsJsonThatSaysWhatIsWanted() {
        assertThat(SaslMechanisms.named("OAUTHBEARER").orElseThrow().refusal())
                .asString(UTF_8)
                .isEqualTo("{\"status\":\"invalid_token\",\"schemes\":\"bearer\"}");
        assertThat(SaslMechanisms.named("XOAUTH2").orElseThrow().refusal())
                .asString(UTF_8)
                .isEqualTo("{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"\"}");
        assertThat(SaslMechanisms.named("PLAIN").orElseThrow().refusal()).isNull();
    }

    private static SaslStep respond(String mechanism, String message) {
        return exchange(mechanism).respond(message.replace('^', '\1').getBytes(UTF_8));
    }

    private static SaslExchange exchange(String mechanism) {
        return SaslMechanisms.named(mechanism).orElseThrow().start(Worlds.PLAIN);
    }

    private static SaslStep presented(String name, String token) {
        return new SaslStep.Present(new Credentials.Token("", name, token));
    }
}
