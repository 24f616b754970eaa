package org.smtpgate.proxy.upstream;

import io.vertx.core.Future;

/** Where the OAuth2 access tokens of a login come from. Safe for any thread; futures may complete on any. */
public interface AccessTokens {

    /**
     * A token that should be good now; it is not kept by who asks.
     *
     * @param login the mailbox or user that it is for
     * @return fails when there is none; the message is logged, so that no secret may stand in it
     */
    Future<String> token(String login);

    /** A server refused this token: the next one that is asked for must be another. */
    void refused(String login, String token);
}
