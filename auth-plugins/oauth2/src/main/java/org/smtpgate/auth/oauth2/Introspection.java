package org.smtpgate.auth.oauth2;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.smtpgate.tokens.BearerToken;
import org.smtpgate.tokens.Claims;
import org.smtpgate.tokens.JsonAnswer;
import org.smtpgate.tokens.JsonClient;
import org.smtpgate.tokens.Refusal;
import org.smtpgate.tokens.RefusedTokenException;
import org.smtpgate.tokens.TokenCache;
import org.smtpgate.tokens.Validity;

/** Asks the provider about each token (RFC 7662); what it says of a good one is believed for a while. */
final class Introspection implements TokenJudge {
    private final Discovery discovery;
    private final JsonClient client;
    private final OAuthClient self;
    private final ClaimRules rules;
    private final Validity validity;
    private final TokenCache<Claims> cache;

    Introspection(
            Discovery discovery,
            JsonClient client,
            OAuthClient self,
            ClaimRules rules,
            Validity validity,
            TokenCache<Claims> cache) {
        this.discovery = discovery;
        this.client = client;
        this.self = self;
        this.rules = rules;
        this.validity = validity;
        this.cache = cache;
    }

    @Override
    public Future<Claims> judge(String token) {
        try {
            BearerToken.check(token);
        } catch (RefusedTokenException e) {
            return Future.failedFuture(e);
        }
        return cache.get(token)
                .map(Future::succeededFuture)
                .orElseGet(() -> ask(token))
                .map(this::checked);
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }

    private Future<Claims> ask(String token) {
        String form = self.form(Map.of("token", token, "token_type_hint", "access_token"));
        return discovery
                .find(Endpoint.INTROSPECTION)
                .compose(uri -> client.post(uri, self.authorization(), OAuthClient.FORM_TYPE, form))
                .map(Introspection::active)
                .onSuccess(claims -> cache.put(token, claims, claims.time("exp")));
    }

    private static Claims active(JsonAnswer answer) {
        JsonObject json = answer.ok();
        if (!(json.getValue("active") instanceof Boolean active)) {
            throw answer.unavailable("does not say whether the token is active");
        }
        if (!active) {
            throw new RefusedTokenException(Refusal.INACTIVE, "the provider says that it is not active");
        }
        return new Claims(json);
    }

    private Claims checked(Claims claims) {
        validity.checkWhatIsSaid(claims);
        rules.checkAnswer(claims);
        return claims;
    }
}
