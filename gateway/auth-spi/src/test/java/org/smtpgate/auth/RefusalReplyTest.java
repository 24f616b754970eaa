package org.smtpgate.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalReplyTest {

    @ParameterizedTest
    @CsvSource({
        "535 5.7.8, No, 535 5.7.8 No",
        "550, No, 550 5.7.0 No",
        "451 4.3.0, Later, 451 4.3.0 Later",
        "535 4.7.8, No, 535 5.7.0 No",
        "' 535  5.7.8 ', ' No ', 535 5.7.8 No",
        "535 5.7.8, '', 535 5.7.8 Login refused"
    })
    void whatRefusesIsTaken(String codes, String text, String line) {
        assertThat(RefusalReply.of(codes, text).orElseThrow()).hasToString(line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "235 2.0.0", "334", "421 4.7.0", "600", "5350", "535 5.7", "535-5.7.8", "535 5.7.8 x"})
    void whatDoesNotRefuseIsNotTaken(String codes) {
        assertThat(RefusalReply.of(codes, "No")).isEmpty();
    }

    @Test
    void noTextEndsTheLineOrGoesOnForever() {
        assertThat(RefusalReply.of("535", "No\r\n250 OK ü\0").orElseThrow().text())
                .isEqualTo("No??250 OK ??");
        assertThat(RefusalReply.of("535", "x".repeat(5_000)).orElseThrow().text())
                .hasSize(400);
        assertThatThrownBy(() -> new RefusalReply(535, "5.7.8", "a\nb")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RefusalReply(235, "2.0.0", "a")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RefusalReply(535, "4.0.0", "a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theClassOfTheCodeDecidesWhichFailureItIs() {
        RefusalReply forGood = RefusalReply.of("535 5.7.8", "No").orElseThrow();
        RefusalReply later = RefusalReply.of("451 4.3.0", "Later").orElseThrow();

        assertThat(new RefusedLoginException(forGood))
                .hasMessage(new InvalidCredentialsException().getMessage())
                .extracting(RefusedLoginException::reply)
                .isEqualTo(forGood);
        assertThat(new DeferredLoginException(later).reply()).isEqualTo(later);
        assertThat(new DeferredLoginException(later)).isNotInstanceOf(InvalidCredentialsException.class);
        assertThatThrownBy(() -> new RefusedLoginException(later)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DeferredLoginException(forGood)).isInstanceOf(IllegalArgumentException.class);
    }
}
