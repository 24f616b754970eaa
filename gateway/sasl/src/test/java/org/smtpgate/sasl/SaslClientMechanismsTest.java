package org.smtpgate.sasl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SaslClientMechanismsTest {
    private static final ClientCredentials TIM = new ClientCredentials.Password("", "tim", "tanstaaf");
    private static final ClientCredentials TOKEN = new ClientCredentials.Token("", "tim", "ya29.x", "", 0);

    @Test
    void namesTheStrongestFirst() {
        assertThat(SaslClientMechanisms.names(TIM))
                .containsExactly("SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN");
        assertThat(SaslClientMechanisms.names(TOKEN)).containsExactly("OAUTHBEARER", "XOAUTH2");
        assertThat(SaslClientMechanisms.names(new ClientCredentials.External("")))
                .containsExactly("EXTERNAL");
    }

    /** To drop it would log in as somebody else. */
    @Test
    void onlyThoseThatKnowAnAuthorizationIdentityCarryOne() {
        assertThat(SaslClientMechanisms.names(new ClientCredentials.Password("alice", "master", "pencil")))
                .containsExactly("SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN");
        assertThat(SaslClientMechanisms.names(new ClientCredentials.Password("alice", "alice", "pencil")))
                .contains("CRAM-MD5", "LOGIN");
    }

    @Test
    void scramCarriesNoPasswordThatSaslprepProhibits() {
        for (String password : List.of("", "pen\u0007cil", "\u00ad", "\u0627\u0031", "\u0221")) {
            assertThat(SaslClientMechanisms.names(new ClientCredentials.Password("", "tim", password)))
                    .containsExactly("CRAM-MD5", "PLAIN", "LOGIN");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "t\0im", "t\rim", "t\u0001im", "\ud800"})
    void noneCarriesABadName(String username) {
        assertThat(SaslClientMechanisms.names(new ClientCredentials.Password("", username, "pencil")))
                .isEmpty();
        assertThat(SaslClientMechanisms.names(new ClientCredentials.Password(username + "\0", "tim", "pencil")))
                .isEmpty();
        assertThat(SaslClientMechanisms.names(new ClientCredentials.Token("", username + "\n", "x", "", 0)))
                .isEmpty();
        assertThat(SaslClientMechanisms.names(new ClientCredentials.External(username + "\n")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\u0001auth=Bearer b", "a\r\nQUIT", "é", "=a"})
    void noneCarriesATokenThatIsNone(String token) {
        assertThat(SaslClientMechanisms.names(new ClientCredentials.Token("", "tim", token, "", 0)))
                .isEmpty();
    }

    @Test
    void noneCarriesAHostThatWouldEndItsField() {
        assertThat(SaslClientMechanisms.names(new ClientCredentials.Token("", "tim", "x", "a\u0001b", 0)))
                .isEmpty();
    }

    @Test
    void aTokenMayComeWithoutANameWhereTheMechanismAllows() {
        assertThat(SaslClientMechanisms.names(new ClientCredentials.Token("", "", "x", "", 0)))
                .containsExactly("OAUTHBEARER");
    }

    @Test
    void choosesTheStrongestThatBothKnow() {
        assertThat(SaslClientMechanisms.choose(TIM, List.of("LOGIN", "PLAIN", "scram-sha-1", "NTLM"), null))
                .contains("SCRAM-SHA-1");
        assertThat(SaslClientMechanisms.choose(TIM, List.of("LOGIN", "PLAIN"), null))
                .contains("PLAIN");
        assertThat(SaslClientMechanisms.choose(TOKEN, List.of("PLAIN", "XOAUTH2"), null))
                .contains("XOAUTH2");
        assertThat(SaslClientMechanisms.choose(TIM, List.of("NTLM", "GSSAPI"), null))
                .isEmpty();
        assertThat(SaslClientMechanisms.choose(TIM, List.of(), null)).isEmpty();
    }

    @Test
    void choosesTheOneNamedOrNone() {
        assertThat(SaslClientMechanisms.choose(TIM, List.of("PLAIN", "LOGIN", "SCRAM-SHA-256"), "login"))
                .contains("LOGIN");
        assertThat(SaslClientMechanisms.choose(TIM, List.of("PLAIN"), "LOGIN")).isEmpty();
        assertThat(SaslClientMechanisms.choose(TIM, List.of("XOAUTH2"), "XOAUTH2"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "PLAIN,true,false",
        "LOGIN,true,false",
        "XOAUTH2,true,false",
        "OAUTHBEARER,true,false",
        "CRAM-MD5,false,false",
        "SCRAM-SHA-1,false,true",
        "scram-sha-256,false,true",
        "EXTERNAL,false,false"
    })
    void knowsWhatShowsTheSecretAndWhatTakesTime(String mechanism, boolean exposes, boolean derives) {
        assertThat(SaslClientMechanisms.exposesSecret(mechanism)).isEqualTo(exposes);
        assertThat(SaslClientMechanisms.derivesKey(mechanism)).isEqualTo(derives);
    }

    /** What is said of a mechanism, and what it is found to carry, must not part. */
    @Test
    void saysOfEachWhatItCarriesAndWhetherItCanSayWhomToActAs() {
        var external = new ClientCredentials.External("");
        var master = new ClientCredentials.Password("alice", "master", "pencil");

        assertThat(SaslClientMechanisms.all()).hasSize(8).allSatisfy(name -> {
            CredentialKind kind = SaslClientMechanisms.kind(name);
            boolean forOthers = SaslClientMechanisms.actsForOthers(name);
            assertThat(SaslClientMechanisms.names(TIM).contains(name)).isEqualTo(kind == CredentialKind.PASSWORD);
            assertThat(SaslClientMechanisms.names(TOKEN).contains(name)).isEqualTo(kind == CredentialKind.TOKEN);
            assertThat(SaslClientMechanisms.names(external).contains(name)).isEqualTo(kind == CredentialKind.EXTERNAL);
            assertThat(SaslClientMechanisms.names(master).contains(name))
                    .isEqualTo(kind == CredentialKind.PASSWORD && forOthers);
        });
    }

    @Test
    void startsNothingThatCannotWork() {
        assertThatThrownBy(() -> SaslClientMechanisms.start("GSSAPI", TIM))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SaslClientMechanisms.start("XOAUTH2", TIM))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("XOAUTH2 cannot carry these credentials");
    }

    @Test
    void credentialsPrintWithoutTheirSecret() {
        assertThat(TIM).asString().contains("tim").doesNotContain("tanstaaf");
        assertThat(TOKEN).asString().contains("tim").doesNotContain("ya29");
    }
}
