package org.smtpgate.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SaslMechanismsTest {

    @Test
    void findsAMechanismWhateverItsLetterCase() {
        assertThat(SaslMechanisms.named("PLAIN")).map(SaslMechanism::name).hasValue("PLAIN");
        assertThat(SaslMechanisms.named("scram-sha-256-plus"))
                .map(SaslMechanism::name)
                .hasValue("SCRAM-SHA-256-PLUS");
    }

    @Test
    void knowsNoOtherMechanism() {
        assertThat(SaslMechanisms.named("NTLM")).isEmpty();
        assertThat(SaslMechanisms.named("")).isEmpty();
    }

    @Test
    void theStrongestComesFirst() {
        assertThat(SaslMechanisms.all())
                .extracting(SaslMechanism::name)
                .containsExactly(
                        "EXTERNAL",
                        "SCRAM-SHA-256-PLUS",
                        "SCRAM-SHA-1-PLUS",
                        "SCRAM-SHA-256",
                        "SCRAM-SHA-1",
                        "CRAM-MD5",
                        "OAUTHBEARER",
                        "XOAUTH2",
                        "PLAIN",
                        "LOGIN");
    }

    @Test
    void eachEitherPresentsCredentialsOrLooksKeysUp() {
        assertThat(SaslMechanisms.all())
                .allSatisfy(
                        mechanism -> assertThat(mechanism.presents() == null).isEqualTo(mechanism.keyHash() != null));
    }
}
