package org.smtpgate.proxy.upstream;

import io.vertx.core.Future;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Proof;
import org.smtpgate.sasl.ClientCredentials;

/**
 * What one connection logs in with, attempt by attempt: a password counts for one, a token is renewed once. Confined to
 * one event loop.
 */
abstract class LoginCredentials {

    /** The credentials of the next attempt; may complete on any thread. */
    abstract Future<ClientCredentials> next();

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

    /** Null without a login. */
    static LoginCredentials of(UpstreamIdentity identity, Destination destination) {
        if (!(identity instanceof UpstreamIdentity.Service service)) {
            return null;
        }
        if (service.proof() instanceof Proof.Tokens tokens) {
            return new Renewable(service.username(), tokens.source(), destination);
        }
        return new Fixed(
                service.proof() instanceof Proof.Password password
                        ? new ClientCredentials.Password("", service.username(), password.password())
                        : new ClientCredentials.External(service.username()));
    }

    /** Those that do not change. */
    private static final class Fixed extends LoginCredentials {
        private final Future<ClientCredentials> only;

        Fixed(ClientCredentials only) {
            this.only = Future.succeededFuture(only);
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
        private State state = State.FIRST;

        Renewable(String login, AccessTokens source, Destination destination) {
            this.login = login;
            this.source = source;
            this.destination = destination;
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
