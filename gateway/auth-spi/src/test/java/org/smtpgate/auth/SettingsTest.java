package org.smtpgate.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private enum Scheme {
        FIRST_CHOICE,
        SECOND_CHOICE
    }

    @TempDir
    private Path folder;

    @Test
    void readsEveryKindOfValue() {
        Settings settings = settings(new JsonObject()
                .put("text", "words")
                .put("choice", "second-choice")
                .put("flag", true)
                .put("number", 7)
                .put("duration", "90s")
                .put("texts", new JsonArray().add("a").add("b"))
                .put("names", new JsonObject().put("x", "1").put("y", "2"))
                .put("path", "sub/../file"));

        assertThat(settings.text("text", "")).isEqualTo("words");
        assertThat(settings.choice("choice", Scheme.FIRST_CHOICE)).isEqualTo(Scheme.SECOND_CHOICE);
        assertThat(settings.requiredChoice("choice", Scheme.FIRST_CHOICE)).isEqualTo(Scheme.SECOND_CHOICE);
        assertThat(settings.flag("flag", false)).isTrue();
        assertThat(settings.number("number", 1, 1, 9)).isEqualTo(7);
        assertThat(settings.duration("duration", Duration.ZERO, Duration.ZERO, Duration.ofHours(1)))
                .isEqualTo(Duration.ofSeconds(90));
        assertThat(settings.texts("texts")).containsExactly("a", "b");
        assertThat(settings.textsByName("names")).containsEntry("x", "1").containsEntry("y", "2");
        assertThat(settings.path("path", "")).isEqualTo(folder.resolve("file"));
        settings.end();
    }

    @Test
    void whatIsMissingHasItsDefault() {
        Settings settings = settings(new JsonObject());

        assertThat(settings.choice("choice", Scheme.FIRST_CHOICE)).isEqualTo(Scheme.FIRST_CHOICE);
        assertThat(settings.number("number", 5, 1, 9)).isEqualTo(5);
        assertThat(settings.texts("texts")).isEqualTo(List.of());
        assertThat(settings.secret("password")).isEmpty();
        settings.end();
    }

    @Test
    void aSecretIsTakenFromItsFileWithoutTheLineEnd() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "correct horse\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        assertThat(settings(new JsonObject().put("password-file", "secret")).secret("password"))
                .contains("correct horse");
    }

    @Test
    void refusesASecretThatEveryUserCanRead() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "correct horse");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertRefused(
                "password-file",
                "is open to every user",
                () -> settings(new JsonObject().put("password-file", "secret")).secret("password"));
    }

    @Test
    void refusesASecretThatStandsInTwoPlaces() {
        JsonObject section = new JsonObject().put("password-file", "secret").put("password", "x");

        assertRefused("password-file", "leave out one", () -> settings(section).secret("password"));
    }

    @Test
    void namesTheKeyAndWhatWouldBeRight() {
        JsonObject section = new JsonObject()
                .put("choice", "third")
                .put("number", 10)
                .put("duration", "5d")
                .put("flag", "perhaps")
                .put("text", 1)
                .put("url", "ftp://host/");
        Settings settings = settings(section);

        assertRefused("choice", "first-choice, second-choice", () -> settings.choice("choice", Scheme.FIRST_CHOICE));
        assertRefused("choice", "first-choice, second", () -> settings.requiredChoice("choice", Scheme.FIRST_CHOICE));
        assertRefused(
                "missing", "such as second-choice", () -> settings.requiredChoice("missing", Scheme.SECOND_CHOICE));
        assertRefused("number", "from 1 to 9", () -> settings.number("number", 1, 1, 9));
        assertRefused(
                "duration",
                "from 1s to 60m",
                () -> settings.duration("duration", Duration.ZERO, Duration.ofSeconds(1), Duration.ofHours(1)));
        assertRefused("flag", "true or false", () -> settings.flag("flag", true));
        assertRefused("text", "in quotes", () -> settings.text("text", ""));
        assertRefused("missing", "such as dc=example", () -> settings.text("missing", "dc=example"));
        assertRefused("url", "http:// or https://", () -> settings.url("url", "ftp://host/", "http", "https"));
    }

    /** A value comes as it is written: what reads the file knows no kinds of them. */
    @ParameterizedTest
    @CsvSource({"true,true", "True,true", "YES,true", "On,true", "false,false", "FALSE,false", "No,false", "oFF,false"})
    void takesEverySpellingOfAFlag(String written, boolean meant) {
        assertThat(settings(new JsonObject().put("flag", written)).flag("flag", !meant))
                .isEqualTo(meant);
    }

    @Test
    void namesTheWholeWayToAKeyOfASectionWithin() {
        JsonObject section = new JsonObject()
                .put("servers", new JsonArray().add(new JsonObject().put("weight", 0)))
                .put("tls", new JsonObject().put("unknown", 1));
        Settings settings = settings(section);

        assertRefused(
                "servers[0].weight",
                "from 1 to 9",
                () -> settings.sections("servers").get(0).number("weight", 1, 1, 9));
        assertRefused("tls.unknown", "unknown setting", () -> ServerTls.of(settings));
    }

    @Test
    void readsSecretsOfTheOperatorsNamesFromTheirFilesToo() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "correct horse\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        JsonObject headers = new JsonObject().put("X-B-file", "secret").put("X-A", "plain");

        assertThat(settings(new JsonObject().put("headers", headers)).secretsByName("headers"))
                .containsExactly(Map.entry("X-B", "correct horse"), Map.entry("X-A", "plain"));
        assertThat(settings(new JsonObject()).secretsByName("headers")).isEmpty();
        headers.put("X-B", "twice");
        assertRefused(
                "headers.X-B-file",
                "leave out one",
                () -> settings(new JsonObject().put("headers", headers)).secretsByName("headers"));
    }

    @Test
    void refusesWhatNobodyAskedFor() {
        Settings settings = settings(new JsonObject().put("user", "x").put("passwort", "y"));
        settings.text("user", "");
        settings.secret("password");

        assertRefused("passwort", "there are: password, password-file, user", settings::end);
    }

    private Settings settings(JsonObject section) {
        return new Settings(new AuthContext(null, folder), section);
    }

    private static void assertRefused(String key, String words, ThrowingCallable reading) {
        assertThatThrownBy(reading)
                .isInstanceOfSatisfying(
                        AuthConfigException.class,
                        wrong -> assertThat(wrong.key()).isEqualTo(key))
                .hasMessageContaining(words);
    }
}
