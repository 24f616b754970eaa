package org.smtpgate.tokens;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {
    @ParameterizedTest
    @ValueSource(strings = {"a.b-c_d", "AZaz09~+/==", "x"})
    void takesWhatTheRfcLets(String token) {
        assertThatCode(() -> BearerToken.check(token)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " a", "a b", "a\n", "a\0", "ü", "a&b", "a%20", "\"a\""})
    void takesNothingElse(String token) {
        assertThatThrownBy(() -> BearerToken.check(token)).isInstanceOf(RefusedTokenException.class);
        assertThatThrownBy(() -> BearerToken.check("x".repeat(20_000))).isInstanceOf(RefusedTokenException.class);
    }
}
