package org.smtpgate.auth.htpasswd;

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

class HtpasswdConfigTest {
    private final AuthContext context = new AuthContext(null, Path.of("/etc/smtpgate"));

    @Test
    void onlyTheFileIsRequired() {
        assertThat(read(new JsonObject().put("file", "users.htpasswd")))
                .isEqualTo(new HtpasswdConfig(
                        Path.of("/etc/smtpgate/users.htpasswd"), Format.HTPASSWD, Duration.ofSeconds(2)));
    }

    @ParameterizedTest
    @CsvSource({"100ms,PT0.1S", "500ms,PT0.5S", "1s,PT1S", "90s,PT1M30S", "60m,PT1H", "1h,PT1H"})
    void readsDurationsFromTheLeastToTheLargest(String text, Duration interval) {
        assertThat(read(settings("/users", text)))
                .isEqualTo(new HtpasswdConfig(Path.of("/users"), Format.HTPASSWD, interval));
    }

    @ParameterizedTest
    @CsvSource({"99ms", "0s", "61m", "999999m", "2", "2h", "-1s", "1.5s", "soon", "''"})
    void refusesAnIntervalOutOfBoundsOrWithoutAUnit(String text) {
        assertRefused(settings("/users", text), "reload-interval");
    }

    @Test
    void refusesAnIntervalThatIsNoText() {
        assertRefused(new JsonObject().put("file", "/users").put("reload-interval", 2), "reload-interval");
        assertRefused(new JsonObject().put("file", "/users").putNull("reload-interval"), "reload-interval");
    }

    @Test
    void readsTheFormat() {
        assertThat(read(new JsonObject().put("file", "/users").put("format", "passwd-file"))
                        .format())
                .isEqualTo(Format.PASSWD_FILE);
        assertRefused(new JsonObject().put("file", "/users").put("format", "dovecot"), "format");
    }

    @Test
    void refusesAFileThatIsMissingOrNoPath() {
        assertRefused(new JsonObject(), "file");
        assertRefused(new JsonObject().putNull("file"), "file");
        assertRefused(new JsonObject().put("file", 7), "file");
        assertRefused(new JsonObject().put("file", " "), "file");
        assertRefused(new JsonObject().put("file", "a\0b"), "file");
    }

    private HtpasswdConfig read(JsonObject settings) {
        return HtpasswdConfig.from(context, settings);
    }

    private void assertRefused(JsonObject settings, String key) {
        assertThatThrownBy(() -> read(settings))
                .isInstanceOfSatisfying(
                        AuthConfigException.class,
                        wrong -> assertThat(wrong.key()).isEqualTo(key));
    }

    private static JsonObject settings(String file, String interval) {
        return new JsonObject().put("file", file).put("reload-interval", interval);
    }
}
