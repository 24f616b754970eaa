package org.smtpgate.auth.oauth2;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.smtpgate.tokens.JsonAnswer;
import org.smtpgate.tokens.JsonClient;
import org.smtpgate.tokens.Refusal;
import org.smtpgate.tokens.RefusedTokenException;

/** Redeems a user's password for an access token (RFC 6749 section 4.3), which RFC 9700 section 2.4 advises against. */
final class PasswordGrant {
    /** What is fit for the log: other words may be an echo of what was sent. */
    private static final Set<String> KNOWN_ERRORS = Set.of(
            "invalid_request", "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope");

    private final Discovery discovery;
    private final JsonClient client;
    private final OAuthClient self;
    private final String scope;

    /** @param scope to ask for; empty for the provider's default */
    PasswordGrant(Discovery discovery, JsonClient client, OAuthClient self, String scope) {
        this.discovery = discovery;
        this.client = client;
        this.self = self;
        this.scope = scope;
    }

    /** The token. Fails with {@link RefusedTokenException} when name and password are wrong. */
    Future<String> redeem(String username, String password) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(username + password)) {
            return Future.failedFuture(new RefusedTokenException(Refusal.MALFORMED, "it cannot be said in UTF-8"));
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("grant_type", "password");
        fields.put("username", username);
        fields.put("password", password);
        if (!scope.isEmpty()) {
            fields.put("scope", scope);
        }
        return discovery
                .find(Endpoint.TOKEN)
                .compose(uri -> client.post(uri, self.authorization(), OAuthClient.FORM_TYPE, self.form(fields)))
                .map(PasswordGrant::token);
    }

    private static String token(JsonAnswer answer) {
        if (answer.status() == 400 || answer.status() == 401) {
            throw refusal(answer);
        }
        JsonObject json = answer.ok();
        if (json.getValue("access_token") instanceof String token && !token.isEmpty()) {
            return token;
        }
        throw answer.unavailable("gave no access_token");
    }

    /** RFC 6749 section 5.2: of all errors one is about the user. */
    private static RuntimeException refusal(JsonAnswer answer) {
        String error = answer.json().getValue("error") instanceof String text ? text : "";
        if (error.equals("invalid_grant")) {
            return new RefusedTokenException(Refusal.INACTIVE, "the provider does not take the password");
        }
        return answer.unavailable("answered " + answer.status() + (KNOWN_ERRORS.contains(error) ? " " + error : ""));
    }
}
