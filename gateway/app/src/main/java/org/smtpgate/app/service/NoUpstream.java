package org.smtpgate.app.service;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import org.smtpgate.proxy.authn.SessionJudge;
import org.smtpgate.sasl.Credentials;

/** Who asks over HTTP has no session of the gateway's, so there is no upstream that could judge its login. */
final class NoUpstream implements SessionJudge {

    @Override
    public Future<User> judge(Credentials.Password credentials) {
        return Future.failedFuture(new IllegalStateException("only a session can ask its upstream"));
    }

    @Override
    public void abandon() {
        // Nothing was taken up.
    }
}
