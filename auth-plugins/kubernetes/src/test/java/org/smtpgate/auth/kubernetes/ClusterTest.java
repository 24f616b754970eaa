package org.smtpgate.auth.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.SubmittedToken;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.auth.TokenPluginContract;
import org.smtpgate.testkit.kubernetes.KubernetesApi;

/** Service account tokens before an API server that knows them, is away, or has trouble of its own. */
@Timeout(60)
class ClusterTest {
    private static final String ACCOUNT = "system:serviceaccount:shop:orders";

    @TempDir
    private Path folder;

    private final Passing time = new Passing();
    private final Vertx vertx = Vertx.vertx();
    private KubernetesApi api;

    @BeforeEach
    void start() {
        api = KubernetesApi.start(folder.resolve("pod"), time);
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"token-review", "jwks"})
    void aTokenMayComeInAPasswordsPlaceUnderAnyNameOfItsAccount(String mode) {
        KubernetesBackend backend = backend(section().put("mode", mode));

        for (String name : List.of(ACCOUNT, "shop/orders", "token")) {
            assertThat(accepted(backend, password(name, token())).subject()).isEqualTo(ACCOUNT);
        }
        refused(backend, password("shop/billing", token()));
        refused(backend, password("orders", token()));
    }

    @Test
    void aPasswordOfAnotherKindIsShownToNobody() {
        refused(backend(section()), password("alice", "correct Horse-7 battery"));

        assertThat(api.reviews()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"token-review", "jwks"})
    void whatIsWrongByItselfIsNotAskedAbout(String mode) {
        KubernetesBackend backend = backend(section().put("mode", mode));
        JsonObject claims = api.claims("shop", "orders");
        String expired = api.issue(claims.copy().put("exp", claims.getLong("iat") - 60));
        String foreign = api.issue(claims.copy().put("aud", new JsonArray().add("https://kubernetes.default.svc")));

        refused(backend, token(expired));
        refused(backend, token(foreign));
        assertThat(api.reviews() + api.keySets()).isZero();
    }

    @Test
    void theApiServersWordsForABadTokenAreUnderstood() {
        KubernetesBackend backend = backend(section());
        String token = token();
        api.forget(token);

        refused(backend, token(token));
        assertThat(api.reviews()).isEqualTo(1);
    }

    /** An API server that knows nothing of audiences has looked at its own alone. */
    @Test
    void aReviewWithoutOurAudienceIsNotBelieved() {
        KubernetesBackend backend = backend(section());

        api.answer(201, review(true, "\"audiences\":[\"https://kubernetes.default.svc\"]"));
        refused(backend, token(token()));
        api.answer(201, review(true, "\"audiences\":[]"));
        refused(backend, token(token()));
        api.answer(201, review(true, "\"audiences\":[\"smtpgate\"]"));
        assertThat(accepted(backend, token(token())).subject()).isEqualTo(ACCOUNT);
    }

    @Test
    void whoIsNoServiceAccountIsRefused() {
        api.answer(
                201,
                "{\"status\":{\"authenticated\":true,\"audiences\":[\"smtpgate\"],\"user\":{\"username\":\"admin\"}}}");

        refused(backend(section()), token(token()));
    }

    @Test
    void troubleOfTheApiServerIsNobodysFault() {
        KubernetesBackend backend = backend(section());

        for (int status : List.of(401, 403, 404, 409, 429, 500, 503)) {
            api.answer(status, "{\"kind\":\"Status\"}");
            assertThat(unknown(backend, token(token()))).contains(String.valueOf(status));
        }
        api.answer(201, "]");
        unknown(backend, token(token()));
        api.answer(201, "{}");
        unknown(backend, token(token()));
        api.answer(201, review(false, "\"error\":\"[invalid bearer token, etcdserver: request timed out]\""));
        assertThat(unknown(backend, token(token()))).contains("etcdserver");
        api.answer(201, review(true, "\"audiences\":[\"smtpgate\"],\"error\":\"half a failure\""));
        unknown(backend, token(token()));
        api.answerAgain();
        accepted(backend, token(token()));
    }

    @Test
    void anApiServerThatComesBackWithAnotherCertificateIsTrustedAgain() {
        KubernetesBackend backend = backend(section());
        accepted(backend, token(token()));

        api.down();
        unknown(backend, token(token()));
        api.up();
        time.pass(Duration.ofSeconds(6));
        accepted(backend, token(token()));
    }

    @Test
    void anotherAuthorityThanTheFilesIsNotTrusted() throws Exception {
        Files.writeString(folder.resolve("pod/ca.crt"), TestCertificates.authorityPem());

        unknown(backend(section()), token(token()));
        assertThat(api.reviews()).isZero();
    }

    @Test
    void theGatewaysOwnTokenIsReadAgain() {
        KubernetesBackend backend = backend(section());
        accepted(backend, token(token()));

        api.renewOwnToken();
        time.pass(Duration.ofSeconds(6));
        accepted(backend, token(token()));
    }

    @Test
    void aReviewIsBelievedForAWhileButNotBeyondTheTokensEnd() {
        KubernetesBackend backend = backend(section().put("clock-skew", "0s"));
        JsonObject claims = api.claims("shop", "orders");
        String shortLived = api.issue(claims.copy().put("exp", claims.getLong("iat") + 20));
        String token = token();

        accepted(backend, token(token));
        accepted(backend, token(shortLived));
        api.forget(token);
        time.pass(Duration.ofSeconds(20));
        accepted(backend, token(token));
        refused(backend, token(shortLived));
        assertThat(api.reviews()).isEqualTo(2);
        time.pass(Duration.ofSeconds(40));
        refused(backend, token(token));
        assertThat(api.reviews()).isEqualTo(3);
    }

    /** The gateway may remember the answer, too. */
    @ParameterizedTest
    @ValueSource(strings = {"token-review", "jwks"})
    void theUserHasTheTokensEnd(String mode) {
        KubernetesBackend backend = backend(section().put("mode", mode));
        JsonObject claims = api.claims("shop", "orders");
        String token = api.issue(claims);

        for (Credentials credentials : List.of(token(token), password("token", token))) {
            User user = accepted(backend, credentials);
            assertThat(user.principal().getLong("exp")).isEqualTo(claims.getLong("exp"));
            assertThat(user.attributes().containsKey("exp")).isFalse();
        }
    }

    @Test
    void keysAreKeptWhileTheApiServerIsDown() {
        KubernetesBackend backend =
                backend(section().put("mode", "jwks").put("jwks-fresh", "1m").put("jwks-kept", "1d"));
        accepted(backend, token(token()));
        api.down();

        time.pass(Duration.ofHours(23));
        accepted(backend, token(token()));
        time.pass(Duration.ofHours(2));
        unknown(backend, token(token()));

        api.up();
        time.pass(Duration.ofSeconds(6));
        accepted(backend, token(token()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"token-review", "jwks"})
    void rulesSayWhoIsLetInAndAsWhom(String mode) {
        JsonArray rules = new JsonArray()
                .add(new JsonObject()
                        .put("namespace", "shop")
                        .put("name", "orders")
                        .put("login", "orders@shop.example")
                        .put("allowed-senders", new JsonArray().add("orders@shop.example")))
                .add(new JsonObject()
                        .put("namespace", "shop")
                        .put("login", "{name}@{namespace}.internal")
                        .put("allowed-senders", "@{namespace}.example"));
        KubernetesBackend backend = backend(section().put("mode", mode).put("service-accounts", rules));

        User orders = accepted(backend, password("orders@shop.example", token()));
        assertThat(orders.subject()).isEqualTo("orders@shop.example");
        assertThat(orders.attributes().getString("namespace")).isEqualTo("shop");
        assertThat(orders.attributes().getString("service-account")).isEqualTo("orders");
        assertThat(orders.attributes().getString("pod")).endsWith("-0");
        assertThat(orders.attributes().getJsonArray("allowed-senders")).containsExactly("orders@shop.example");
        User billing = accepted(backend, token(api.token("shop", "billing")));
        assertThat(billing.subject()).isEqualTo("billing@shop.internal");
        assertThat(billing.attributes().getJsonArray("allowed-senders")).containsExactly("@shop.example");
        refused(backend, token(api.token("kube-system", "orders")));
    }

    @Test
    void anEmptyListOfSendersIsNobodyAndNoListIsAnybody() {
        JsonArray rules = new JsonArray()
                .add(new JsonObject()
                        .put("namespace", "shop")
                        .put("name", "orders")
                        .put("allowed-senders", new JsonArray()))
                .add(new JsonObject().put("namespace", "shop"));
        KubernetesBackend backend = backend(section().put("service-accounts", rules));

        User orders = accepted(backend, token(token()));
        assertThat(orders.attributes().getJsonArray("allowed-senders")).isEmpty();
        User billing = accepted(backend, token(api.token("shop", "billing")));
        assertThat(billing.attributes().fieldNames()).doesNotContain("allowed-senders");
    }

    private JsonObject section() {
        return Sections.of(api);
    }

    private String token() {
        return api.token("shop", "orders");
    }

    private static String review(boolean authenticated, String more) {
        return "{\"status\":{\"authenticated\":" + authenticated + "," + more + ",\"user\":{\"username\":\"" + ACCOUNT
                + "\"}}}";
    }

    private KubernetesBackend backend(JsonObject section) {
        KubernetesConfig config = KubernetesConfig.from(new AuthContext(vertx, folder), section, Map.of());
        return new Cluster(vertx, config, time, time).backend();
    }

    private static SubmittedToken token(String token) {
        return new SubmittedToken("", "", token, TokenPluginContract.ORIGIN);
    }

    private static SubmittedPassword password(String name, String token) {
        return new SubmittedPassword("", name, token, TokenPluginContract.ORIGIN);
    }

    private static User accepted(KubernetesBackend backend, Credentials credentials) {
        Future<User> answer = answered(backend, credentials);
        assertThat(answer.cause()).isNull();
        return answer.result();
    }

    private static void refused(KubernetesBackend backend, Credentials credentials) {
        assertThat(answered(backend, credentials).cause()).isInstanceOf(InvalidCredentialsException.class);
    }

    private static String unknown(KubernetesBackend backend, Credentials credentials) {
        Throwable cause = answered(backend, credentials).cause();
        assertThat(cause).isNotNull().isNotInstanceOf(InvalidCredentialsException.class);
        return cause.getMessage();
    }

    private static Future<User> answered(KubernetesBackend backend, Credentials credentials) {
        Future<User> answer = backend.authenticate(credentials);
        try {
            answer.otherwiseEmpty().await(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer within 20 s", e);
        }
        return answer;
    }
}
