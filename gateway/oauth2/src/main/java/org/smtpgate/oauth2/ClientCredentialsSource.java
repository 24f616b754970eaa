package org.smtpgate.oauth2;

import io.vertx.core.Future;
import java.util.Map;

/** The client's own token (RFC 6749 section 4.4), the same for every login. */
public final class ClientCredentialsSource extends TokenSource {
    private final String scope;
    private final Map<String, String> parameters;

    /**
     * @param scope empty for the endpoint's default
     * @param parameters what else this endpoint wants, such as {@code resource}
     */
    public ClientCredentialsSource(TokenEndpoint endpoint, String scope, Map<String, String> parameters) {
        super(endpoint);
        this.scope = scope;
        this.parameters = Map.copyOf(parameters);
    }

    @Override
    String account(String login) {
        return "";
    }

    @Override
    Future<TokenResponse> fetch(String account) {
        return endpoint()
                .request(() ->
                        new TokenForm("client_credentials").with("scope", scope).withAll(parameters));
    }
}
