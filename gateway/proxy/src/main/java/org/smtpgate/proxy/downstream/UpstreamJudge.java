package org.smtpgate.proxy.downstream;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.proxy.authn.SessionJudge;
import org.smtpgate.proxy.relay.Relay;
import org.smtpgate.sasl.Credentials;

/** Takes the upstream's word for a login: the relay tries it there. Confined to the session's event loop. */
final class UpstreamJudge implements SessionJudge {
    private final Relay relay;
    private final ClientProfile profile;

    UpstreamJudge(Relay relay, ClientProfile profile) {
        this.relay = relay;
        this.profile = profile;
    }

    /** Who acts as another one is, from then on, that one: the upstream has allowed it, or it would have refused. */
    @Override
    public Future<User> judge(Credentials.Password credentials) {
        String other = credentials.authorizationId();
        String login = other.isEmpty() ? credentials.username() : other;
        return relay.logIn(profile.claiming(login, credentials))
                .compose(taken -> taken
                        ? Future.succeededFuture(User.fromName(login))
                        : Future.failedFuture(new InvalidCredentialsException()));
    }

    @Override
    public void abandon() {
        relay.abandonLogin();
    }
}
