package org.smtpgate.testkit.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** That the endpoint says no where it should: else a test against it could not fail. */
class TokenEndpointTest {
    private static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    private final Instant start = Instant.parse("2026-01-01T00:00:00Z");
    private final HttpClient http = HttpClient.newHttpClient();
    private TokenEndpoint endpoint = TokenEndpoint.start(Clock.fixed(start, ZoneOffset.UTC))
            .client("id", "secret")
            .publicClient("app");

    @AfterEach
    void stop() {
        endpoint.close();
    }

    @Test
    void givesTokensThatItKnowsAgainUntilTheyAreRevoked() throws Exception {
        JsonObject answer = post(200, "grant_type=client_credentials&client_id=id&client_secret=secret&scope=mail");

        String token = answer.getString("access_token");
        assertThat(answer.getLong("expires_in")).isEqualTo(3600);
        assertThat(endpoint.find(token)).contains(new IssuedToken("id", "id", "mail", start.plusSeconds(3600)));
        assertThat(endpoint.find(token + "x")).isEmpty();
        endpoint.revoke(token);
        assertThat(endpoint.find(token)).isEmpty();
    }

    @Test
    void knowsNoTokenThatHasEnded() throws Exception {
        endpoint.lifetime(Duration.ZERO);

        String token = post(200, "grant_type=client_credentials&client_id=id&client_secret=secret")
                .getString("access_token");

        assertThat(endpoint.find(token)).isEmpty();
    }

    @Test
    void refusesWhoDoesNotProveItself() throws Exception {
        assertRefused("invalid_client", "grant_type=client_credentials&client_id=id&client_secret=wrong");
        assertRefused("invalid_client", "grant_type=client_credentials&client_id=id");
        assertRefused("invalid_client", "grant_type=client_credentials");
        assertRefused("unauthorized_client", "grant_type=client_credentials&client_id=app");
        assertRefused(
                "invalid_request",
                "grant_type=client_credentials&client_id=id&client_secret=secret&client_assertion=x");
        assertRefused("invalid_request", "grant_type=client_credentials&grant_type=client_credentials");
        assertRefused("unsupported_grant_type", "grant_type=password&client_id=id&client_secret=secret");
        assertThat(endpoint.requests()).hasSize(6);
    }

    @Test
    void aRefreshTokenIsItsClientsAlone() throws Exception {
        String token = endpoint.refreshToken("app", "alice");

        assertRefused(
                "invalid_grant", "grant_type=refresh_token&client_id=id&client_secret=secret&refresh_token=" + token);
        assertRefused("invalid_grant", "grant_type=refresh_token&client_id=app&refresh_token=" + token + "x");
        assertThat(post(200, "grant_type=refresh_token&client_id=app&refresh_token=" + token)
                        .containsKey("refresh_token"))
                .isFalse();
    }

    @Test
    void aRotatedRefreshTokenThatIsUsedAgainEndsItsSuccessorsToo() throws Exception {
        endpoint.rotating();
        String first = endpoint.refreshToken("app", "alice");
        String second = post(200, "grant_type=refresh_token&client_id=app&refresh_token=" + first)
                .getString("refresh_token");
        assertThat(endpoint.isLive(first)).isFalse();
        assertThat(endpoint.isLive(second)).isTrue();

        assertRefused("invalid_grant", "grant_type=refresh_token&client_id=app&refresh_token=" + first);
        assertThat(endpoint.isLive(second)).isFalse();
        assertRefused("invalid_grant", "grant_type=refresh_token&client_id=app&refresh_token=" + second);
    }

    @Test
    void takesAssertionsThatAreSignedInTimeForItselfAlone() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        KeyPair other = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        endpoint.serviceAccount("robot", pair.getPublic());
        String here = endpoint.uri().toString();

        JsonObject answer = post(200, assertion(jwt(pair, "robot", here, 0, 300)));
        assertThat(endpoint.find(answer.getString("access_token")).orElseThrow().subject())
                .isEqualTo("alice");
        for (String wrong : new String[] {
            jwt(other, "robot", here, 0, 300),
            jwt(pair, "stranger", here, 0, 300),
            jwt(pair, "robot", "https://elsewhere.test/", 0, 300),
            jwt(pair, "robot", here, -600, 300),
            jwt(pair, "robot", here, 600, 300),
            jwt(pair, "robot", here, 0, 7_200),
            jwt(pair, "robot", here, 0, 300) + ".x"
        }) {
            assertRefused("invalid_grant", assertion(wrong));
        }
        assertRefused("invalid_request", assertion("no-jwt"));
    }

    private static String assertion(String jwt) {
        return "grant_type=" + JWT_BEARER + "&assertion=" + jwt;
    }

    private String jwt(KeyPair pair, String issuer, String audience, long issued, long life) throws Exception {
        long iat = start.getEpochSecond() + issued;
        String signed = base64("{\"alg\":\"RS256\"}") + "."
                + base64(new JsonObject()
                        .put("iss", issuer)
                        .put("sub", "alice")
                        .put("aud", audience)
                        .put("iat", iat)
                        .put("exp", iat + life)
                        .encode());
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        signature.update(signed.getBytes(UTF_8));
        return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    private void assertRefused(String error, String form) throws Exception {
        assertThat(post(error.equals("invalid_client") ? 401 : 400, form).getString("error"))
                .isEqualTo(error);
    }

    private JsonObject post(int status, String form) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(endpoint.uri())
                        .timeout(Duration.ofSeconds(10))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(status);
        return new JsonObject(response.body());
    }
}
