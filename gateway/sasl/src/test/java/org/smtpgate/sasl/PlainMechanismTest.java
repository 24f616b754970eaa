package org.smtpgate.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainMechanismTest {
    private final SaslMechanism plain = SaslMechanisms.named("PLAIN").orElseThrow();

    @Test
    void promptIsEmptyAsTheClientSpeaksFirst() {
        assertThat(plain.start(Worlds.PLAIN).prompt().bytes()).isEmpty();
    }

    @Test
    void readsTheExamplesOfTheRfc() {
        assertThat(presented("\0tim\0tanstaaftanstaaf"))
                .isEqualTo(new Credentials.Password("", "tim", "tanstaaftanstaaf"));
        assertThat(presented("Ursel\0Kurt\0xipj3plmq"))
                .isEqualTo(new Credentials.Password("Ursel", "Kurt", "xipj3plmq"));
    }

    @Test
    void readsNamesAndPasswordsOfAnyScript() {
        assertThat(presented("\0jürgen\0пароль🔑")).isEqualTo(new Credentials.Password("", "jürgen", "пароль🔑"));
    }

    @Test
    void lettersOfThePasswordAreNotTouched() {
        assertThat(presented("\0tim\0 two\twords\r\n "))
                .isEqualTo(new Credentials.Password("", "tim", " two\twords\r\n "));
    }

    @Test
    void leavesTheJudgementOfAnEmptyPasswordToOthers() {
        assertThat(presented("\0tim\0")).isEqualTo(new Credentials.Password("", "tim", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tim", "tim\0secret", "\0", "\0\0", "\0\0secret", "tim\0\0secret"})
    void refusesMissingFieldsAndMissingNames(String message) {
        assertThat(respond(message.getBytes(StandardCharsets.UTF_8))).isInstanceOf(SaslStep.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0tim\0secret\0",
                "\0tim\0sec\0ret",
                "\0t\rim\0secret",
                "t\nim\0tim\0secret",
                "\0t\u0085im\0secret"
            })
    void refusesNulInThePasswordAndControlCharactersInNames(String message) {
        assertThat(respond(message.getBytes(StandardCharsets.UTF_8))).isInstanceOf(SaslStep.Malformed.class);
    }

    @Test
    void refusesBytesThatAreNotStrictUtf8() {
        byte[] latin1 = {0, 't', (byte) 0xe9, 0, 'p'};
        byte[] overlongSlash = {0, 't', 0, (byte) 0xc0, (byte) 0xaf};
        byte[] loneSurrogate = {0, 't', 0, (byte) 0xed, (byte) 0xa0, (byte) 0x80};
        byte[] cutShort = {0, 't', 0, (byte) 0xe2, (byte) 0x82};

        assertThat(respond(latin1)).isEqualTo(new SaslStep.Malformed("not valid UTF-8"));
        assertThat(respond(overlongSlash)).isEqualTo(new SaslStep.Malformed("not valid UTF-8"));
        assertThat(respond(loneSurrogate)).isEqualTo(new SaslStep.Malformed("not valid UTF-8"));
        assertThat(respond(cutShort)).isEqualTo(new SaslStep.Malformed("not valid UTF-8"));
    }

    private Credentials presented(String message) {
        return ((SaslStep.Present) respond(message.getBytes(StandardCharsets.UTF_8))).credentials();
    }

    private SaslStep respond(byte[] message) {
        return plain.start(Worlds.PLAIN).respond(message);
    }
}
