package org.smtpgate.auth.saslauthd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.auth.AuthContext;

class RequestTest {
    @Test
    void theOctetsAreThoseOfCyrusSasl() {
        assertThat(Request.of(config(new JsonObject()), "u@r", "pw", "192.0.2.7")
                        .orElseThrow())
                .isEqualTo(Buffer.buffer(new byte[] {0, 1, 'u', 0, 2, 'p', 'w', 0, 4, 's', 'm', 't', 'p', 0, 1, 'r'}));
    }

    @ParameterizedTest
    @CsvSource({"u@r,u,r", "u,u,''", "a@b@c,a@b,c", "u@,u,''"})
    void theRealmIsWhatFollowsTheLastAt(String login, String user, String realm) {
        assertThat(texts(new JsonObject(), login)).containsExactly(user, "pw", "smtp", realm);
    }

    @Test
    void aLoginThatIsNotSplitHasTheRealmOfTheConfiguration() {
        JsonObject whole = new JsonObject()
                .put("split-realm", false)
                .put("realm", "EXAMPLE.ORG")
                .put("service", "mail");

        assertThat(texts(whole, "u@r")).containsExactly("u@r", "pw", "mail", "EXAMPLE.ORG");
        assertThat(texts(new JsonObject().put("realm", "EXAMPLE.ORG"), "u"))
                .containsExactly("u", "pw", "smtp", "EXAMPLE.ORG");
    }

    @Test
    void theAddressIsTheFifthWhereItIsSent() {
        assertThat(texts(new JsonObject().put("send-address", true), "u"))
                .containsExactly("u", "pw", "smtp", "", "2001:db8::7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@r", "u\0", "u\r\nv", "u\t", "\ud83d"})
    void aLoginThatIsNoneIsNotAskedAbout(String login) {
        assertThat(Request.of(config(new JsonObject()), login, "pw", "")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "p\0w", "\ud83d", "p\r\nw", "p\nw"})
    void norAPasswordThatIsNone(String password) {
        assertThat(Request.of(config(new JsonObject()), "u", password, "")).isEmpty();
    }

    @Test
    void aRequestStaysBelowWhatCyrusSaslSends() {
        SaslauthdConfig config = config(new JsonObject());
        int rest = "u".length() + "smtp".length() + 3 * 2;

        assertThat(Request.of(config, "u", "x".repeat(8162 - rest - 2), "")).isPresent();
        assertThat(Request.of(config, "u", "x".repeat(8163), "")).isEmpty();
        assertThat(Request.of(config, "u", "ü".repeat(4090), "")).isEmpty();
        assertThat(Request.of(config, "x".repeat(8163), "pw", "")).isEmpty();
    }

    private static List<String> texts(JsonObject settings, String login) {
        Buffer request =
                Request.of(config(settings), login, "pw", "2001:db8::7").orElseThrow();
        List<String> texts = new ArrayList<>();
        int at = 0;
        while (at < request.length()) {
            int length = request.getUnsignedShort(at);
            texts.add(request.getString(at + 2, at + 2 + length, StandardCharsets.UTF_8.name()));
            at += 2 + length;
        }
        return texts;
    }

    private static SaslauthdConfig config(JsonObject settings) {
        return SaslauthdConfig.from(new AuthContext(null, Path.of("/")), settings);
    }
}
