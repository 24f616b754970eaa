package org.smtpgate.testkit.kubernetes;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.smtpgate.testkit.oauth.TokenKey;

/**
 * A cluster's API server over TLS: reviews tokens, and publishes the key that they are signed with. It speaks as the real
 * one: a bad token is {@code authenticated: false} with an {@code error} that says why. Each start has a certificate of its
 * own, which is put where pods find it. Safe for any thread.
 */
public final class KubernetesApi implements AutoCloseable {
    public static final String AUDIENCE = "smtpgate";
    public static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

    private static final String REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";
    private static final String KEYS = "/openid/v1/jwks";
    private static final int LIFE_SECONDS = 600;

    private final KubernetesSerialization json = new KubernetesSerialization();
    private final Clock clock;
    private final Path files;
    private final Map<String, JsonObject> issued = new ConcurrentHashMap<>();
    private final AtomicLong reviews = new AtomicLong();
    private final AtomicLong keySets = new AtomicLong();
    private final TokenKey key = TokenKey.rsa("cluster");
    private volatile String own;
    private volatile Optional<MockResponse> instead = Optional.empty();
    private volatile KubernetesMockServer server;
    private int port;

    private KubernetesApi(Path files, Clock clock) {
        this.files = files;
        this.clock = clock;
        // The model takes seconds to load, which is not to be the time of the first request.
        json.unmarshal(json.asJson(new TokenReviewBuilder().build()), TokenReview.class);
        renewOwnToken();
    }

    /**
     * Starts one.
     *
     * @param files where {@code token} and {@code ca.crt} of the gateway's pod are put
     */
    public static KubernetesApi start(Path files, Clock clock) {
        KubernetesApi api = new KubernetesApi(files, clock);
        api.up();
        return api;
    }

    public String url() {
        return "https://localhost:" + port;
    }

    /** What a token of a pod of this account says. */
    public JsonObject claims(String namespace, String account) {
        long now = clock.instant().getEpochSecond();
        return new JsonObject()
                .put("iss", ISSUER)
                .put("aud", new JsonArray().add(AUDIENCE))
                .put("sub", "system:serviceaccount:" + namespace + ":" + account)
                .put("jti", UUID.randomUUID().toString())
                .put("iat", now)
                .put("nbf", now)
                .put("exp", now + LIFE_SECONDS)
                .put(
                        "kubernetes.io",
                        new JsonObject()
                                .put("namespace", namespace)
                                .put("serviceaccount", new JsonObject().put("name", account))
                                .put("pod", new JsonObject().put("name", account + "-0")));
    }

    public String token(String namespace, String account) {
        return issue(claims(namespace, account));
    }

    /** A token that says this, and that the server knows. */
    public String issue(JsonObject claims) {
        String token = key.sign(claims);
        issued.put(token, claims);
        return token;
    }

    /** The pod of this token is deleted. */
    public void forget(String token) {
        issued.remove(token);
    }

    /** The kubelet puts a new one; the one before is not good any more. */
    public void renewOwnToken() {
        own = key.sign(claims("mail", "smtpgate"));
        put("token", own);
    }

    /** Answers so from now on, whatever is asked. */
    public void answer(int status, String body) {
        instead = Optional.of(new MockResponse().setResponseCode(status).setBody(body));
    }

    /** Answers as it should. */
    public void answerAgain() {
        instead = Optional.empty();
    }

    /** How many tokens it was asked about. */
    public long reviews() {
        return reviews.get();
    }

    /** How often it was asked for its keys. */
    public long keySets() {
        return keySets.get();
    }

    /** Where it was before, with a new certificate. */
    public void up() {
        server = new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(), new Answers(), true);
        server.init(InetAddress.getLoopbackAddress(), port);
        port = server.getPort();
        put("ca.crt", text(Path.of(server.getSelfSignedCertificate().certificatePath())));
    }

    public void down() {
        server.destroy();
    }

    @Override
    public void close() {
        down();
    }

    private void put(String name, String text) {
        try {
            Files.createDirectories(files);
            Files.writeString(files.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Answers extends Dispatcher {
        @Override
        public MockResponse dispatch(RecordedRequest request) {
            boolean review = REVIEWS.equals(request.getPath()) && "POST".equals(request.getMethod());
            if (review) {
                reviews.incrementAndGet();
            }
            if (KEYS.equals(request.getPath())) {
                keySets.incrementAndGet();
            }
            if (instead.isPresent()) {
                return instead.get();
            }
            if (!("Bearer " + own).equals(request.getHeader("Authorization"))) {
                return response(401, "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":401}");
            }
            if (review) {
                return response(201, json.asJson(reviewed(json.unmarshal(request.getUtf8Body(), TokenReview.class))));
            }
            return KEYS.equals(request.getPath())
                    ? response(
                            200,
                            new JsonObject()
                                    .put("keys", new JsonArray().add(key.jwk()))
                                    .encode())
                    : response(404, "{}");
        }

        private MockResponse response(int status, String body) {
            return new MockResponse()
                    .setResponseCode(status)
                    .setHeader("Content-Type", "application/json")
                    .setBody(body);
        }
    }

    private TokenReview reviewed(TokenReview review) {
        JsonObject claims = issued.get(review.getSpec().getToken());
        if (claims == null) {
            return refused(review, "[invalid bearer token, service account token has been invalidated]");
        }
        if (claims.getLong("exp") <= clock.instant().getEpochSecond()) {
            return refused(review, "[invalid bearer token, service account token has expired]");
        }
        List<String> audiences = claims.getJsonArray("aud").stream()
                .map(Object::toString)
                .filter(review.getSpec().getAudiences()::contains)
                .toList();
        if (audiences.isEmpty()) {
            return refused(
                    review,
                    "[invalid bearer token, token audiences [\"x\"] is invalid for the target audiences [\"y\"]]");
        }
        return new TokenReviewBuilder(review)
                .withNewStatus()
                .withAuthenticated(true)
                .withAudiences(audiences)
                .withNewUser()
                .withUsername(claims.getString("sub"))
                .addToGroups("system:serviceaccounts", "system:authenticated")
                .addToExtra("authentication.kubernetes.io/pod-name", List.of("pod-0"))
                .endUser()
                .endStatus()
                .build();
    }

    private static TokenReview refused(TokenReview review, String error) {
        return new TokenReviewBuilder(review)
                .withNewStatus()
                .withAuthenticated(false)
                .withError(error)
                .endStatus()
                .build();
    }
}
