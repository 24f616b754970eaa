package org.smtpgate.auth.kubernetes;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.smtpgate.tokens.Claims;
import org.smtpgate.tokens.JwtVerifier;
import org.smtpgate.tokens.Refusal;
import org.smtpgate.tokens.RefusedTokenException;
import org.smtpgate.tokens.SignedToken;
import org.smtpgate.tokens.UnavailableException;
import org.smtpgate.tokens.Validity;

/** Verifies tokens by the cluster's published keys: asks nobody about a token, and learns of no deletion before its end. */
final class ClusterKeys implements AccountJudge {
    private final KubernetesConfig config;
    private final JwtVerifier verifier;
    private final PodFiles files;
    private final Validity validity;

    ClusterKeys(KubernetesConfig config, JwtVerifier verifier, PodFiles files, Validity validity) {
        this.config = config;
        this.verifier = verifier;
        this.files = files;
        this.validity = validity;
    }

    @Override
    public Future<ServiceAccount> judge(String token) {
        return issuer().compose(issuer -> verifier.verify(token, claims -> check(claims, issuer)))
                .map(ClusterKeys::account);
    }

    private Future<String> issuer() {
        return config.issuer()
                .map(Future::succeededFuture)
                .orElseGet(() -> files.token().map(ClusterKeys::issuerOf));
    }

    private void check(Claims claims, String issuer) {
        validity.check(claims);
        if (claims.text("iss").filter(issuer::equals).isEmpty()) {
            throw new RefusedTokenException(Refusal.ISSUER, "another has issued it (iss)");
        }
        if (claims.texts("aud").stream().noneMatch(config.audience()::contains)) {
            throw new RefusedTokenException(Refusal.AUDIENCE, "it is meant for another (aud)");
        }
        account(claims);
    }

    private static String issuerOf(String own) {
        try {
            return SignedToken.read(own, JwtVerifier.ALGORITHMS)
                    .unverified()
                    .text("iss")
                    .orElseThrow();
        } catch (RuntimeException e) {
            throw new UnavailableException("the gateway's own token names no issuer; name it in the setting issuer");
        }
    }

    private static ServiceAccount account(Claims claims) {
        Optional<String> pod = claims.value("kubernetes.io") instanceof JsonObject bound
                ? new Claims(bound).text("pod.name")
                : Optional.empty();
        return ServiceAccount.of(claims.text("sub").orElse(""), pod);
    }
}
