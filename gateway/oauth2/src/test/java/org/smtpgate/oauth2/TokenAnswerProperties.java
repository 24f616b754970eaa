package org.smtpgate.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TokenAnswerProperties {
    private static final String SECRET = "QXZ0QXZ1QXZ2QXZ3QXZ4";

    private final TokenAnswer answer =
            new TokenAnswer("endpoint", new TokenForm("refresh_token").withSecret("refresh_token", SECRET));

    @Property
    void anyAnswerIsATokenOrATokenException(@ForAll("statuses") int status, @ForAll("bodies") byte[] body) {
        try {
            TokenResponse response = answer.read(status, Duration.ZERO, Buffer.buffer(body));
            assertThat(status).isEqualTo(200);
            assertThat(response.accessToken()).isNotEmpty();
        } catch (TokenException e) {
            assertThat(e.getMessage())
                    .startsWith("endpoint ")
                    .hasSizeLessThan(1_000)
                    .doesNotContainPattern("[\\x00-\\x1f\\x7f]");
        }
    }

    @Property
    void noPieceOfASecretIsQuoted(
            @ForAll("texts") String before,
            @ForAll("cuts") int from,
            @ForAll("cuts") int to,
            @ForAll("texts") String after) {
        String piece = SECRET.substring(Math.min(from, to), Math.max(from, to));
        JsonObject body =
                new JsonObject().put("error", "invalid_grant").put("error_description", before + piece + after);

        assertThatThrownBy(() -> answer.read(400, Duration.ZERO, body.toBuffer()))
                .isInstanceOf(TokenException.class)
                .satisfies(e -> {
                    for (int i = 0; i + 8 <= SECRET.length(); i++) {
                        assertThat(e.getMessage()).doesNotContain(SECRET.substring(i, i + 8));
                    }
                });
    }

    @Example
    void readsLifetimesAsEndpointsSendThem() throws TokenException {
        assertThat(lifetime(3599)).contains(Duration.ofSeconds(3599));
        assertThat(lifetime("3599")).contains(Duration.ofSeconds(3599));
        assertThat(lifetime(3599.5)).contains(Duration.ofSeconds(3599));
        assertThat(lifetime(Long.MAX_VALUE)).isEmpty();
        assertThat(lifetime(999_999_999_999L)).contains(Duration.ofDays(3650));
        for (Object wrong : List.of(-1, "soon", "", true, new JsonObject())) {
            assertThat(lifetime(wrong)).isEmpty();
        }
    }

    @Example
    void tellsRefusalsFromTrouble() {
        assertThat(failure(400, "invalid_grant")).isEqualTo(TokenFailure.GRANT_REFUSED);
        assertThat(failure(400, "invalid_scope")).isEqualTo(TokenFailure.GRANT_REFUSED);
        assertThat(failure(400, "invalid_client")).isEqualTo(TokenFailure.CLIENT_REFUSED);
        assertThat(failure(401, "invalid_client")).isEqualTo(TokenFailure.CLIENT_REFUSED);
        // As Keycloak answers a wrong secret.
        assertThat(failure(401, "unauthorized_client")).isEqualTo(TokenFailure.CLIENT_REFUSED);
        assertThat(failure(401, "invalid_grant")).isEqualTo(TokenFailure.GRANT_REFUSED);
        assertThat(failure(400, "unauthorized_client")).isEqualTo(TokenFailure.GRANT_REFUSED);
        assertThat(failure(400, "temporarily_unavailable")).isEqualTo(TokenFailure.UNAVAILABLE);
        assertThat(failure(429, "invalid_grant")).isEqualTo(TokenFailure.UNAVAILABLE);
        assertThat(failure(500, "invalid_grant")).isEqualTo(TokenFailure.UNAVAILABLE);
        assertThat(failure(404, "")).isEqualTo(TokenFailure.UNAVAILABLE);
        assertThat(failure(201, "")).isEqualTo(TokenFailure.UNAVAILABLE);
    }

    @Example
    void takesBearerTokensAlone() {
        for (String type : List.of("mac", "DPoP", "N_A")) {
            JsonObject body = new JsonObject().put("access_token", "x").put("token_type", type);
            assertThatThrownBy(() -> answer.read(200, Duration.ZERO, body.toBuffer()))
                    .hasMessage("endpoint gave a token of type " + type + ", which is not Bearer");
        }
    }

    @Example
    void aResponsePrintsWithoutItsTokens() throws TokenException {
        JsonObject body = new JsonObject()
                .put("access_token", "abc")
                .put("token_type", "bearer")
                .put("refresh_token", "def");

        assertThat(answer.read(200, Duration.ZERO, body.toBuffer()))
                .hasToString("TokenResponse[accessToken=***, expiresIn=Optional.empty, refreshToken=Optional[***]]");
    }

    private Optional<Duration> lifetime(Object stated) throws TokenException {
        JsonObject body = new JsonObject().put("access_token", "x").put("expires_in", stated);
        return answer.read(200, Duration.ZERO, body.toBuffer()).expiresIn();
    }

    private TokenFailure failure(int status, String error) {
        JsonObject body = error.isEmpty() ? new JsonObject() : new JsonObject().put("error", error);
        try {
            answer.read(status, Duration.ZERO, body.toBuffer());
            throw new AssertionError("a token");
        } catch (TokenException e) {
            return e.failure();
        }
    }

    @Provide
    Arbitrary<Integer> statuses() {
        return Arbitraries.of(200, 201, 204, 302, 400, 401, 404, 429, 500, 503);
    }

    @Provide
    Arbitrary<byte[]> bodies() {
        Arbitrary<byte[]> json = Combinators.combine(
                        Arbitraries.of("access_token", "error", "error_description", "expires_in", "token_type"),
                        Arbitraries.of(
                                "\"x\"",
                                "\"\"",
                                "\"\\r\\nX: y\"",
                                "1",
                                "-1",
                                "null",
                                "[]",
                                "{\"a\":1}",
                                "true",
                                "\"é\""),
                        Arbitraries.of("", "}", ",\"access_token\":\"ok\"", ",\"error\":\"invalid_grant\""))
                .as((key, value, rest) -> ("{\"" + key + "\":" + value + rest + "}").getBytes());
        return Arbitraries.oneOf(
                Arbitraries.bytes().array(byte[].class).ofMaxSize(100),
                json,
                Arbitraries.of("", "[]", "null", "\"text\"", "{".repeat(5_000), "[".repeat(5_000))
                        .map(String::getBytes));
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars("abc XZ\n").ofMaxLength(20);
    }

    @Provide
    Arbitrary<Integer> cuts() {
        return Arbitraries.integers().between(0, SECRET.length());
    }
}
