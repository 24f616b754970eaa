package org.smtpgate.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.sasl.AuthorizeCallback;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All mechanisms but SCRAM, which has a test of its own. */
class SaslClientExchangeTest {
    private static final ClientCredentials TIM = new ClientCredentials.Password("", "tim", "tanstaaftanstaaf");

    @Test
    void plainSpeaksTheExamplesOfRfc4616() {
        assertThat(initial("PLAIN", TIM)).isEqualTo("\0tim\0tanstaaftanstaaf");
        assertThat(initial("PLAIN", new ClientCredentials.Password("Ursel", "Kurt", "xipj3plmq")))
                .isEqualTo("Ursel\0Kurt\0xipj3plmq");
        assertThat(SaslClientMechanisms.start("PLAIN", TIM).complete()).isTrue();
    }

    @Test
    void plainAndExternalKnowNoChallenge() {
        var plain = SaslClientMechanisms.start("PLAIN", TIM);
        var external = SaslClientMechanisms.start("EXTERNAL", new ClientCredentials.External(""));

        assertThatThrownBy(() -> respond(plain, "more")).isInstanceOf(SaslException.class);
        assertThatThrownBy(() -> respond(external, "")).isInstanceOf(SaslException.class);
        assertThat(plain.complete()).isFalse();
        assertThat(external.complete()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "Username:,Password:",
        "'User Name\0','Password\0'",
        "Benutzername,Kennwort",
        "'',''",
        "Password:,Username:"
    })
    void loginDoesNotMindTheWords(String first, String second) throws Exception {
        var login = SaslClientMechanisms.start("LOGIN", TIM);

        assertThat(login.initialResponse()).isNull();
        assertThat(respond(login, first)).isEqualTo("tim");
        assertThat(login.complete()).isFalse();
        assertThat(respond(login, second)).isEqualTo("tanstaaftanstaaf");
        assertThat(login.complete()).isTrue();
        assertThatThrownBy(() -> respond(login, "One-time code:")).isInstanceOf(SaslException.class);
    }

    @Test
    void cramMd5SpeaksTheExampleOfRfc2195() throws Exception {
        var cram = SaslClientMechanisms.start("CRAM-MD5", TIM);

        assertThat(cram.initialResponse()).isNull();
        assertThat(cram.complete()).isFalse();
        assertThat(respond(cram, "<1896.697170952@postoffice.reston.mci.net>"))
                .isEqualTo("tim b913a602c7eda7a495b4e6e7334d3890");
        assertThat(cram.complete()).isTrue();
        assertThatThrownBy(() -> respond(cram, "<again>")).isInstanceOf(SaslException.class);
    }

    @Test
    void cramMd5AnswersNoEmptyChallenge() {
        var cram = SaslClientMechanisms.start("CRAM-MD5", TIM);

        assertThatThrownBy(() -> respond(cram, "")).isInstanceOf(SaslException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p",
                "пароль🔑",
                "a password of more than the sixty-four bytes that one block of MD5 takes, hashed first"
            })
    void cramMd5LogsInAtTheServerOfTheJdk(String password) throws Exception {
        SaslServer server = Sasl.createSaslServer(
                "CRAM-MD5", "smtp", "mx.example", Map.of(), callbacks -> answer(callbacks, password));
        var right =
                SaslClientMechanisms.start("CRAM-MD5", new ClientCredentials.Password("", "tim@example.org", password));

        server.evaluateResponse(right.respond(server.evaluateResponse(new byte[0])));

        assertThat(server.isComplete()).isTrue();
        assertThat(server.getAuthorizationID()).isEqualTo("tim@example.org");
    }

    @Test
    void theServerOfTheJdkRefusesAnotherPassword() throws Exception {
        SaslServer server =
                Sasl.createSaslServer("CRAM-MD5", "smtp", "mx.example", Map.of(), callbacks -> answer(callbacks, "p"));
        var wrong = SaslClientMechanisms.start("CRAM-MD5", new ClientCredentials.Password("", "tim", ""));
        byte[] response = wrong.respond(server.evaluateResponse(new byte[0]));

        assertThatThrownBy(() -> server.evaluateResponse(response))
                .isInstanceOf(javax.security.sasl.SaslException.class);
    }

    private static void answer(Callback[] callbacks, String password) {
        for (Callback callback : callbacks) {
            if (callback instanceof PasswordCallback asked) {
                asked.setPassword(password.toCharArray());
            } else if (callback instanceof AuthorizeCallback asked) {
                asked.setAuthorized(true);
            } else if (callback instanceof NameCallback asked) {
                asked.setName(asked.getDefaultName());
            }
        }
    }

    @Test
    void oauthBearerSpeaksTheExampleOfRfc7628() {
        assertThat(initial(
                        "OAUTHBEARER",
                        new ClientCredentials.Token(
                                "",
                                "user@example.com",
                                "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==",
                                "server.example.com",
                                143)))
                .isEqualTo("n,a=user@example.com,\1host=server.example.com\1port=143\1"
                        + "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\1\1");
    }

    @Test
    void oauthBearerLeavesOutWhatIsNotKnownAndEscapesNames() {
        assertThat(initial("OAUTHBEARER", new ClientCredentials.Token("", "", "x", "", 0)))
                .isEqualTo("n,,\1auth=Bearer x\1\1");
        assertThat(initial("OAUTHBEARER", new ClientCredentials.Token("", "a,b=c", "x", "", 0)))
                .isEqualTo("n,a=a=2Cb=3Dc,\1auth=Bearer x\1\1");
    }

    @Test
    void oauthBearerAnswersTheErrorOnceSoThatTheServerGivesItsReply() throws Exception {
        var bearer = SaslClientMechanisms.start("OAUTHBEARER", new ClientCredentials.Token("", "u", "x", "", 0));

        assertThat(bearer.complete()).isTrue();
        assertThat(respond(bearer, "{\"status\":\"invalid_token\"}")).isEqualTo("\1");
        assertThat(bearer.complete()).isFalse();
        assertThatThrownBy(() -> respond(bearer, "")).isInstanceOf(SaslException.class);
    }

    /** The example of Google's page on XOAUTH2. */
    @Test
    void xoauth2SpeaksTheExampleOfItsPage() throws Exception {
        var exchange = SaslClientMechanisms.start(
                "XOAUTH2",
                new ClientCredentials.Token(
                        "", "someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg", "h", 587));

        assertThat(Base64.getEncoder().encodeToString(exchange.initialResponse()))
                .isEqualTo(
                        "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJo"
                                + "ZG1semRHRXVZMjl0Q2cBAQ==");
        assertThat(exchange.complete()).isTrue();
        assertThat(respond(
                        exchange, "{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"https://mail.google.com/\"}"))
                .isEmpty();
        assertThat(exchange.complete()).isFalse();
    }

    @Test
    void aTokenNamesTheMailboxToActFor() {
        var shared = new ClientCredentials.Token("shared@example.com", "user@example.com", "x", "", 0);

        assertThat(initial("XOAUTH2", shared)).isEqualTo("user=shared@example.com\1auth=Bearer x\1\1");
        assertThat(initial("OAUTHBEARER", shared)).isEqualTo("n,a=shared@example.com,\1auth=Bearer x\1\1");
    }

    @Test
    void externalSendsTheIdentityThatMayBeEmpty() {
        assertThat(initial("EXTERNAL", new ClientCredentials.External(""))).isEmpty();
        assertThat(initial("EXTERNAL", new ClientCredentials.External("fred@example.com")))
                .isEqualTo("fred@example.com");
    }

    private static String initial(String mechanism, ClientCredentials credentials) {
        return new String(SaslClientMechanisms.start(mechanism, credentials).initialResponse(), UTF_8);
    }

    private static String respond(SaslClientExchange exchange, String challenge) throws SaslException {
        return new String(exchange.respond(challenge.getBytes(UTF_8)), UTF_8);
    }
}
