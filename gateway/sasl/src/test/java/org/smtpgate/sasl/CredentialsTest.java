package org.smtpgate.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CredentialsTest {

    @Test
    void printTheNameAndNeverTheSecret() {
        assertThat(new Credentials.Password("", "tim", "tanstaaf")).hasToString("Password[username=tim, password=***]");
        assertThat(new Credentials.Token("", "tim", "eyJhbGciOi")).hasToString("Token[username=tim, token=***]");
    }

    @Test
    void stepsThatCarryThemPrintNoSecretEither() {
        assertThat(new SaslStep.Present(new Credentials.Password("boss", "tim", "tanstaaf")).toString())
                .contains("tim")
                .doesNotContain("tanstaaf");
        assertThat(new SaslStep.Present(new Credentials.Token("boss", "tim", "eyJhbGciOi")).toString())
                .contains("tim")
                .doesNotContain("eyJhbGciOi");
    }
}
