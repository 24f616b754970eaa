package org.smtpgate.oauth2;

import io.vertx.core.Future;
import java.time.Duration;

/** Where tokens come from: one of the grants of OAuth 2.0, at one endpoint. Safe for any thread. */
public abstract sealed class TokenSource permits ClientCredentialsSource, JwtBearerSource, RefreshTokenSource {
    private final TokenEndpoint endpoint;

    TokenSource(TokenEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    final TokenEndpoint endpoint() {
        return endpoint;
    }

    /** Whose token serves this login: logins of one account share a token. */
    abstract String account(String login);

    /** Asks the endpoint. Fails with a {@link TokenException} alone, and within the endpoint's time-out. */
    abstract Future<TokenResponse> fetch(String account);

    /** How long a fetch may take, with all that it does beside one request. */
    Duration patience() {
        return endpoint.patience();
    }

    /** Ends requests that are under way, whose callers fail. */
    Future<Void> close() {
        return endpoint.close();
    }
}
