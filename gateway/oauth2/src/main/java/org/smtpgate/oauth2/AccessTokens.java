package org.smtpgate.oauth2;

import io.vertx.core.Future;

/** Access tokens by login. Safe for any thread; what it returns completes on the context of the caller. */
public interface AccessTokens {

    /** A token for this login that has not ended yet. Fails with a {@link TokenException}; never hangs. */
    Future<String> token(String login);

    /**
     * The server refused this token though it has not ended: the next call of {@link #token} fetches a new one. A
     * server that refuses the new one too gets no third, until a minute has passed.
     */
    void refused(String login, String token);

    /** Ends requests that are under way; their callers fail. */
    Future<Void> close();
}
