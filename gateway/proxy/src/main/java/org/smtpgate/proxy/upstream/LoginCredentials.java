package org.smtpgate.proxy.upstream;

import io.vertx.core.Future;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Proof;
import org.smtpgate.sasl.ClientCredentials;
import org.smtpgate.sasl.Credentials;

/**
 * What one connection logs in with, attempt by attempt: a password counts for one, a token is renewed once. Confined to
 * one event loop.
 */
abstract class LoginCredentials {
    private static final Future<ClientCredentials> NO_LOGIN = Future.failedFuture("the client has not logged in");

    /** The credentials of the next attempt; may complete on any thread. */
    abstract Future<ClientCredentials> next();

    /** Whether they are the gateway's own, so that another client's would be the same. */
    boolean shared() {
        return false;
    }

    /** The upstream refused them. Whether there may be others. */
    boolean refused(ClientCredentials credentials) {
        return false;
    }

    /** The upstream took them. */
    void accepted() {}

    /** Whether an attempt with others was begun, and its connection was lost before the upstream had judged it. */
    boolean unjudged() {
        return false;
    }

    /**
     * Null without a login.
     *
     * @param principal whom the connection is for; null for whoever comes
     */
    static LoginCredentials of(UpstreamIdentity identity, Principal principal, Destination destination) {
        if (identity instanceof UpstreamIdentity.Passthrough) {
            return new Fixed(own(principal), false);
        }
        if (identity instanceof UpstreamIdentity.Delegated delegated) {
            return new Fixed(delegated(delegated, principal), false);
        }
        if (identity instanceof UpstreamIdentity.UserTokens users) {
            String login = principal == null ? null : principal.peer().login();
            return login == null
                    ? new Fixed(NO_LOGIN, false)
                    : new Renewable(login, users.source(), destination, false);
        }
        if (!(identity instanceof UpstreamIdentity.Service service)) {
            return null;
        }
        if (service.proof() instanceof Proof.Tokens tokens) {
            return new Renewable(service.username(), tokens.source(), destination, true);
        }
        ClientCredentials only = service.proof() instanceof Proof.Password password
                ? new ClientCredentials.Password("", service.username(), password.password())
                : new ClientCredentials.External(service.username());
        return new Fixed(Future.succeededFuture(only), true);
    }

    private static Future<ClientCredentials> own(Principal principal) {
        return principal != null && principal.credentials() instanceof Credentials.Password given
                ? Future.succeededFuture(
                        new ClientCredentials.Password(given.authorizationId(), given.username(), given.password()))
                : Future.failedFuture("the client has not logged in with a password");
    }

    private static Future<ClientCredentials> delegated(UpstreamIdentity.Delegated master, Principal principal) {
        String login = principal == null ? null : principal.peer().login();
        String separator = master.separator();
        if (login == null) {
            return NO_LOGIN;
        }
        if (separator.isEmpty()) {
            return Future.succeededFuture(new ClientCredentials.Password(login, master.username(), master.password()));
        }
        // Such a login could name another one to act as.
        return login.contains(separator)
                ? Future.failedFuture("the client's login contains " + separator)
                : Future.succeededFuture(
                        new ClientCredentials.Password("", login + separator + master.username(), master.password()));
    }

    /** Those that do not change. */
    private static final class Fixed extends LoginCredentials {
        private final Future<ClientCredentials> only;
        private final boolean shared;

        Fixed(Future<ClientCredentials> only, boolean shared) {
            this.only = only;
            this.shared = shared;
        }

        @Override
        boolean shared() {
            return shared;
        }

        @Override
        Future<ClientCredentials> next() {
            return only;
        }
    }

    /** A token, and once another one. */
    private static final class Renewable extends LoginCredentials {
        private enum State {
            FIRST,
            /** The first was refused. */
            SECOND,
            JUDGED
        }

        private final String login;
        private final AccessTokens source;
        private final Destination destination;
        private final boolean shared;
        private State state = State.FIRST;

        Renewable(String login, AccessTokens source, Destination destination, boolean shared) {
            this.login = login;
            this.source = source;
            this.destination = destination;
            this.shared = shared;
        }

        @Override
        boolean shared() {
            return shared;
        }

        @Override
        Future<ClientCredentials> next() {
            return source.token(login)
                    .map(token ->
                            new ClientCredentials.Token("", login, token, destination.host(), destination.port()));
        }

        @Override
        boolean refused(ClientCredentials credentials) {
            source.refused(login, ((ClientCredentials.Token) credentials).token());
            state = state == State.FIRST ? State.SECOND : State.JUDGED;
            return state == State.SECOND;
        }

        @Override
        void accepted() {
            state = State.FIRST;
        }

        @Override
        boolean unjudged() {
            return state == State.SECOND;
        }
    }
}
