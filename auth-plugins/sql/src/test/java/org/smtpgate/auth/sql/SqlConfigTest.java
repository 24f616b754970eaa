package org.smtpgate.auth.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;

class SqlConfigTest {
    private static final String QUERY = "SELECT password FROM users WHERE login = {login}";

    @TempDir
    private Path folder;

    @Test
    void urlUserAndQueryAreEnough() {
        SqlConfig config = read(settings());

        assertThat(config.url().text()).isEqualTo("jdbc:postgresql://db/mail");
        assertThat(config.password()).isEmpty();
        assertThat(config.tls().wanted()).isFalse();
        assertThat(config.check()).isFalse();
        assertThat(config.scram()).isEmpty();
        assertThat(config.cramMd5()).isFalse();
        assertThat(config.connections()).isEqualTo(4);
        assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.queryTimeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void whatIsMySqlsIsForTheSameDriver() {
        assertThat(read(settings().put("url", "jdbc:mysql://db/mail?x=y")).url().text())
                .isEqualTo("jdbc:mariadb://db/mail?x=y");
    }

    @Test
    void thePasswordMayStandInAFileAndIsNeverShown() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "Kx7-secret\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        SqlConfig config = read(settings().put("password-file", "secret"));

        assertThat(config.password()).contains("Kx7-secret");
        assertThat(config.toString()).doesNotContain("Kx7");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            url             | db.internal                             | must begin with jdbc:postgresql://
            url             | jdbc:oracle:thin:@db                    | must begin with jdbc:postgresql://
            url             | jdbc:postgresql://db/m?user=a           | must hold no user and no password
            url             | jdbc:postgresql://db/m?x=y&password=QQQ | must hold no user and no password
            url             | jdbc:mariadb://a:QQQ@db/m               | must hold no user and no password
            url             | jdbc:postgresql://db:54a32/mail         | is not understood by the driver
            url             | jdbc:postgresql://db:99999/mail         | is not understood by the driver
            url             | jdbc:postgresql://db                    | is not understood by the driver
            url             | jdbc:mariadb://db:33a06/mail            | is not understood by the driver
            url             | jdbc:mysql://db/mail?sslMode=bogus      | is not understood by the driver
            url             | jdbc:mariadb:mail                       | is not understood by the driver
            query           | SELECT password FROM users              | must name {login} or {user}
            query           | SELECT 1 WHERE login = {password}       | has a { that begins none of
            query           | SELECT 1 WHERE login = '{login}'        | has {login} in quotes
            check           | SELECT 1 WHERE {login} = {password}     | stands beside query
            default-scheme  | MD4                                     | must be a scheme such as SSHA512
            scram           | SHA-512                                 | must be SHA-256 or SHA-1
            connections     | 0                                       | must be a whole number from 1 to 100
            connect-timeout | 500ms                                   | must be from 1s to 10s
            query-timeout   | 11s                                     | must be from 1s to 10s
            no-such         | x                                       | unknown setting
            """)
    void whatIsWrongIsNamedAndNoSecretShown(String key, String value, String message) {
        assertWrong(settings().put(key, value), key, message);
    }

    @Test
    void aCheckNeedsThePasswordAndGoesWithoutStoredOnes() {
        JsonObject check = settings();
        check.remove("query");
        assertWrong(check.copy(), "query", "is required");
        assertWrong(check.copy().put("check", QUERY), "check", "must name {password}");
        check.put("check", "SELECT 1 FROM users WHERE login = {login} AND password = {password}");
        assertThat(read(check.copy()).check()).isTrue();
        assertWrong(check.copy().put("scram", "SHA-256"), "scram", "does not go with check");
        assertWrong(check.copy().put("cram-md5", true), "cram-md5", "does not go with check");
    }

    @Test
    void aUrlDoesNotUndoTheSectionTls() {
        JsonObject tls = new JsonObject();
        assertThat(read(settings().put("tls", tls)).tls().wanted()).isTrue();
        for (String parameter : new String[] {"sslmode=disable", "a=b&sslMode=trust", "sslfactory=x", "useSsl=false"}) {
            JsonObject settings = settings().put("url", "jdbc:postgresql://db/mail?" + parameter);
            assertThat(read(settings.copy()).url().text()).endsWith(parameter);
            assertWrong(settings.put("tls", tls), "url", "has parameters for TLS");
        }
    }

    @Test
    void theDriverOfMariaDbTakesNoCertificateOfOurs() throws Exception {
        JsonObject tls = new JsonObject().put("certificate", "c.pem");
        JsonObject settings = settings().put("url", "jdbc:mariadb://db/mail").put("tls", tls);

        assertThatThrownBy(() -> read(settings)).isInstanceOf(AuthConfigException.class);
    }

    private SqlConfig read(JsonObject settings) {
        return SqlConfig.from(new AuthContext(null, folder), settings);
    }

    private void assertWrong(JsonObject settings, String key, String message) {
        assertThatThrownBy(() -> read(settings))
                .isInstanceOfSatisfying(
                        AuthConfigException.class,
                        wrong -> assertThat(wrong.key()).isEqualTo(key))
                .hasMessageContaining(message)
                .hasMessageNotContaining("QQQ");
    }

    private static JsonObject settings() {
        return new JsonObject()
                .put("url", "jdbc:postgresql://db/mail")
                .put("user", "gateway")
                .put("query", QUERY);
    }
}
