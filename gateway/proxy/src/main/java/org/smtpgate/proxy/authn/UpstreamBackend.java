package org.smtpgate.proxy.authn;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.util.EnumSet;
import java.util.Set;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.sasl.CredentialKind;

/**
 * {@code plugin: upstream}: a login is right if the upstream takes it. It holds nothing itself and stands in a chain for each
 * session's {@link SessionJudge}, which is asked in its place.
 */
public final class UpstreamBackend implements AuthBackend {

    @Override
    public Set<CredentialKind> accepts() {
        return EnumSet.of(CredentialKind.PASSWORD);
    }

    /** Without a session there is no upstream, and so nobody who could tell. */
    @Override
    public Future<User> authenticate(Credentials credentials) {
        return Future.failedFuture(new IllegalStateException("only a session can ask its upstream"));
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
