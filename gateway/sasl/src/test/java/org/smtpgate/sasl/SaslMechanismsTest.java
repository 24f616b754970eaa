package org.smtpgate.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SaslMechanismsTest {

    @Test
    void findsAMechanismWhateverItsLetterCase() {
        assertThat(SaslMechanisms.named("PLAIN")).map(SaslMechanism::name).hasValue("PLAIN");
        assertThat(SaslMechanisms.named("login")).map(SaslMechanism::name).hasValue("LOGIN");
    }

    @Test
    void knowsNoOtherMechanism() {
        assertThat(SaslMechanisms.named("CRAM-MD5")).isEmpty();
        assertThat(SaslMechanisms.named("")).isEmpty();
    }

    @Test
    void offersPasswordMechanismsOnlyWhereAPasswordIsAccepted() {
        assertThat(SaslMechanisms.namesFor(Set.of(CredentialKind.PASSWORD))).containsExactly("PLAIN", "LOGIN");
        assertThat(SaslMechanisms.namesFor(Set.of(CredentialKind.TOKEN))).isEmpty();
        assertThat(SaslMechanisms.namesFor(EnumSet.noneOf(CredentialKind.class)))
                .isEmpty();
    }
}
