package org.smtpgate.auth.kubernetes;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.smtpgate.auth.UndecidableLoginException;
import org.smtpgate.tokens.Claims;
import org.smtpgate.tokens.JsonAnswer;
import org.smtpgate.tokens.JsonClient;
import org.smtpgate.tokens.Refusal;
import org.smtpgate.tokens.RefusedTokenException;

/** Has the API server review tokens (authentication.k8s.io/v1, TokenReview), so that one of a deleted pod is found out. */
final class TokenReview implements AccountJudge {
    private static final String PATH = "/apis/authentication.k8s.io/v1/tokenreviews";
    private static final String POD = "authentication.kubernetes.io/pod-name";

    private final URI uri;
    private final Set<String> audience;
    private final JsonClient client;
    private final PodFiles files;

    TokenReview(KubernetesConfig config, JsonClient client, PodFiles files) {
        this.uri = config.apiServer().resolve(PATH);
        this.audience = config.audience();
        this.client = client;
        this.files = files;
    }

    @Override
    public Future<ServiceAccount> judge(String token) {
        String body = new JsonObject()
                .put("apiVersion", "authentication.k8s.io/v1")
                .put("kind", "TokenReview")
                .put(
                        "spec",
                        new JsonObject().put("token", token).put("audiences", new JsonArray(List.copyOf(audience))))
                .encode();
        return files.token()
                .compose(own -> client.post(uri, Optional.of("Bearer " + own), "application/json", body))
                .map(answer -> reviewed(answer, token));
    }

    private ServiceAccount reviewed(JsonAnswer answer, String token) {
        if (answer.status() == 401 || answer.status() == 403) {
            throw answer.unavailable("answered " + answer.status()
                    + ": the gateway's own service account must be bound to system:auth-delegator");
        }
        if (answer.status() != 200 && answer.status() != 201) {
            throw answer.unexpected();
        }
        if (!(answer.json().getValue("status") instanceof JsonObject status)) {
            throw answer.unavailable("answered without a status");
        }
        return account(new Claims(status), token);
    }

    private ServiceAccount account(Claims status, String token) {
        boolean good = Boolean.TRUE.equals(status.value("authenticated"));
        Optional<String> error = status.text("error");
        if (error.isPresent() && (good || !ReviewError.isOfTheToken(error.get()))) {
            // It has answered: a stranger's odd token must not have it left alone.
            throw new UndecidableLoginException("the API server could not review a token: "
                    + ReviewError.printable(error.get().replace(token, "***")));
        }
        if (!good) {
            throw new RefusedTokenException(Refusal.INACTIVE, "the API server says that it is not good");
        }
        // An API server that knows nothing of audiences leaves this out, and has looked at its own alone.
        if (status.texts("audiences").stream().noneMatch(audience::contains)) {
            throw new RefusedTokenException(Refusal.AUDIENCE, "it is meant for another (status.audiences)");
        }
        Optional<String> pod = status.value("user.extra") instanceof JsonObject extra
                ? new Claims(extra).texts(POD).stream().findFirst()
                : Optional.empty();
        return ServiceAccount.of(status.text("user.username").orElse(""), pod);
    }
}
