package org.smtpgate.app.config;

import io.vertx.core.Future;
import org.smtpgate.proxy.upstream.AccessTokens;

/** The name of a token source, in the place of the source itself, which is opened later than the file is read. */
record NamedTokens(String name) implements AccessTokens {
    @Override
    public Future<String> token(String login) {
        return Future.failedFuture(new IllegalStateException("the token source " + name + " is not open"));
    }

    @Override
    public void refused(String login, String token) {
        throw new IllegalStateException("the token source " + name + " is not open");
    }
}
