package org.smtpgate.auth.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.sasl.CredentialKind;

class HttpConfigTest {

    @TempDir
    private Path folder;

    @Test
    void onlyProtocolAndUrlAreRequired() {
        HttpConfig config = read(nginx("127.0.0.1:9000/auth"));

        assertThat(config.credentials()).containsExactly(CredentialKind.PASSWORD);
        assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.maxConnections()).isEqualTo(32);
        assertThat(config.speech())
                .isEqualTo(new HttpConfig.Speech.Nginx(new NginxHeaders(false, false, Map.of()), true, false));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:9000/auth, false, 127.0.0.1, 9000, /auth, 127.0.0.1",
        "localhost:9000/cgi-bin/auth.cgi?x=%20, false, localhost, 9000, /cgi-bin/auth.cgi?x=%20, localhost",
        "mail.example, false, mail.example, 80, /, mail.example",
        "http://[::1]:8080/x, false, ::1, 8080, /x, [::1]",
        "https://Auth.Example/, true, auth.example, 443, /, auth.example"
    })
    void urlsAreReadAsNginxReadsThem(String url, boolean secure, String host, int port, String uri, String hostHeader) {
        ServiceUrl read = read(nginx(url)).urls().get(0);

        assertThat(read).isEqualTo(new ServiceUrl(secure, host, port, uri));
        assertThat(read.hostHeader()).isEqualTo(hostHeader);
    }

    @Test
    void secretsMayBeInFiles() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "s3cr3t\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        HttpConfig nginx = read(nginx("a").put("headers", new JsonObject().put("X-Auth-Key-file", "token")));
        HttpConfig json = read(json().put("bearer-token-file", "token"));
        HttpConfig basic = read(json().put("username", "gw").put("password-file", "token"));

        assertThat(((HttpConfig.Speech.Nginx) nginx.speech()).headers().more()).containsEntry("X-Auth-Key", "s3cr3t");
        assertThat(((HttpConfig.Speech.Json) json.speech()).headers()).containsEntry("Authorization", "Bearer s3cr3t");
        assertThat(((HttpConfig.Speech.Json) basic.speech()).headers())
                .containsEntry("Authorization", "Basic Z3c6czNjcjN0");
        assertThat(nginx + " " + json + basic).doesNotContain("s3cr3t", "Z3c6czNjcjN0");
    }

    @Test
    void refusesWhatIsMissingOrWrong() {
        assertRefused(new JsonObject().put("url", "a"), "protocol");
        assertRefused(nginx("a").put("protocol", "soap"), "protocol");
        assertRefused(new JsonObject().put("protocol", "nginx"), "url");
        assertRefused(nginx("ftp://a/"), "url");
        assertRefused(nginx("http://user:password@a/"), "url");
        assertRefused(nginx("a").put("url", new JsonArray()), "url");
        assertRefused(json().put("url", "127.0.0.1:9000/auth"), "url");
        assertRefused(nginx("a").put("credentials", "token"), "credentials");
        assertRefused(json().put("credentials", "passwords"), "credentials");
        assertRefused(json().put("timeout", "1m"), "timeout");
        assertRefused(json().put("username", "gw"), "password");
        assertRefused(json().put("password", "x"), "username");
        assertRefused(json().put("username", "a").put("password", "x").put("bearer-token", "y"), "bearer-token");
        assertRefused(nginx("a").put("headers", new JsonObject().put("Host", "x")), "headers.Host");
        assertRefused(nginx("a").put("headers", new JsonObject().put("X-A", "x\r\nAuth-User: y")), "headers.X-A");
        assertRefused(nginx("a").put("bearer-token", "x"), "bearer-token");
        assertRefused(json().put("keep-alive", true), "keep-alive");
    }

    private HttpConfig read(JsonObject settings) {
        return HttpConfig.from(new AuthContext(null, folder), settings);
    }

    private void assertRefused(JsonObject settings, String key) {
        assertThatThrownBy(() -> read(settings))
                .isInstanceOfSatisfying(
                        AuthConfigException.class,
                        wrong -> assertThat(wrong.key()).isEqualTo(key));
    }

    private static JsonObject nginx(String url) {
        return new JsonObject().put("protocol", "nginx").put("url", url);
    }

    private static JsonObject json() {
        return new JsonObject().put("protocol", "json").put("url", "https://auth.example/login");
    }
}
