package org.smtpgate.proxy.upstream;

import io.vertx.core.Future;
import org.smtpgate.sasl.ClientCredentials;

/**
 * What one connection logs in with, attempt by attempt: a password counts for one, a token is renewed once. Confined to
 * one event loop.
 */
abstract class LoginCredentials {
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

    /** Those of a client that do not change. */
    static LoginCredentials ofClient(ClientCredentials only) {
        return new Fixed(only, false);
    }

    /** The access tokens of a client's login. */
    static LoginCredentials ofClient(String login, AccessTokens source, Destination destination) {
        return new Renewable(login, source, destination, false);
    }

    /** Those of the gateway itself that do not change. */
    static LoginCredentials ofGateway(ClientCredentials only) {
        return new Fixed(only, true);
    }

    /** The access tokens of the gateway's own login. */
    static LoginCredentials ofGateway(String login, AccessTokens source, Destination destination) {
        return new Renewable(login, source, destination, true);
    }

    /** Those that do not change. */
    private static final class Fixed extends LoginCredentials {
        private final Future<ClientCredentials> only;
        private final boolean shared;

        Fixed(ClientCredentials only, boolean shared) {
            this.only = Future.succeededFuture(only);
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
