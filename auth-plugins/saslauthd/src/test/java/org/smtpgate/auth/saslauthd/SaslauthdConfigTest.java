package org.smtpgate.auth.saslauthd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;

class SaslauthdConfigTest {
    @Test
    void nothingIsRequired() {
        assertThat(read(new JsonObject()))
                .isEqualTo(new SaslauthdConfig(
                        Path.of("/run/saslauthd/mux"), "smtp", "", true, false, 5, Duration.ofSeconds(10)));
    }

    @ParameterizedTest
    @CsvSource({
        "connections,0",
        "connections,101",
        "timeout,99ms",
        "timeout,21s",
        "service,' '",
        "split-realm,perhaps",
        "path,/run/saslauthd/mux"
    })
    void refusesWhatIsOutOfBoundsOrUnknown(String key, String value) {
        assertRefused(key, value);
    }

    @Test
    void refusesAPathThatNoSocketCanHave() {
        assertRefused("socket", "/run/" + "x".repeat(103));
        assertThat(read(new JsonObject().put("socket", "/run/" + "x".repeat(102))))
                .isNotNull();
    }

    private static SaslauthdConfig read(JsonObject section) {
        return SaslauthdConfig.from(new AuthContext(null, Path.of("/etc/smtpgate")), section);
    }

    private static void assertRefused(String key, String value) {
        assertThatThrownBy(() -> read(new JsonObject().put(key, value)))
                .isInstanceOfSatisfying(
                        AuthConfigException.class,
                        wrong -> assertThat(wrong.key()).isEqualTo(key));
    }
}
