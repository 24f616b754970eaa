package org.smtpgate.proxy.upstream;

import java.util.Map;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.upstream.NoLeaseException.Reason;
import org.smtpgate.sasl.ClientCredentials;
import org.smtpgate.sasl.Credentials;

/** As whom the gateway logs in at an upstream. */
public sealed interface UpstreamIdentity {

    /** Which connections may serve this principal. */
    PoolKey key(Principal principal);

    /** How; without meaning where there is no login. */
    Method method();

    /**
     * What a connection logs in with; null for no login.
     *
     * @param principal whom the connection is for, and whom there is no {@linkplain #objectionTo objection} to; null for
     *     whoever comes, which is only where the key is {@link PoolKey#SHARED}
     * @param tokens the sources of access tokens by their names
     */
    LoginCredentials credentials(Principal principal, Destination destination, Map<String, AccessTokens> tokens);

    /** Why the gateway cannot log in for this principal, or null. */
    default Reason objectionTo(Principal principal) {
        return null;
    }

    /** Whether it takes what the client itself logged in with. */
    default boolean needsCredentials() {
        return false;
    }

    /** Whether it logs in as each client, so that nobody can use the upstream who has not logged in. */
    default boolean needsLogin() {
        return false;
    }

    /**
     * By what a login is carried.
     *
     * @param mechanism the one SASL mechanism to use, upper case; null for the strongest that both sides know
     * @param allowWithoutTls whether one that shows the secret may be used on an unencrypted connection
     */
    record Method(String mechanism, boolean allowWithoutTls) {
        public static final Method STRONGEST = new Method(null, false);
    }

    /** Not at all. */
    record None() implements UpstreamIdentity {
        @Override
        public PoolKey key(Principal principal) {
            return PoolKey.SHARED;
        }

        @Override
        public Method method() {
            return Method.STRONGEST;
        }

        @Override
        public LoginCredentials credentials(
                Principal principal, Destination destination, Map<String, AccessTokens> tokens) {
            return null;
        }
    }

    /**
     * As the gateway itself, whoever the client is.
     *
     * @param username its login; with a certificate the identity to act as, or nothing between the quotes
     */
    record Service(Method method, String username, Proof proof) implements UpstreamIdentity {
        @Override
        public PoolKey key(Principal principal) {
            return PoolKey.SHARED;
        }

        @Override
        public LoginCredentials credentials(
                Principal principal, Destination destination, Map<String, AccessTokens> tokens) {
            return proof.credentials(username, destination, tokens);
        }
    }

    /** As each client. Without a login there is no connection. */
    sealed interface AsClient extends UpstreamIdentity permits Passthrough, Delegated, UserTokens {
        @Override
        default PoolKey key(Principal principal) {
            String login = principal.peer().login();
            return login == null ? PoolKey.NOBODY : new PoolKey(login);
        }

        @Override
        default boolean needsLogin() {
            return true;
        }

        @Override
        default Reason objectionTo(Principal principal) {
            return principal.peer().login() == null ? Reason.NO_LOGIN : null;
        }
    }

    /** With what the client logged in with itself: a password, or a token, which travels on. */
    record Passthrough(Method method) implements AsClient {
        @Override
        public PoolKey key(Principal principal) {
            if (principal.credentials() instanceof Credentials.Password password) {
                return new PoolKey(LoginDigest.of(password));
            }
            return principal.credentials() instanceof Credentials.Token token
                    ? new PoolKey(LoginDigest.of(token))
                    : PoolKey.NOBODY;
        }

        @Override
        public Reason objectionTo(Principal principal) {
            boolean unfit = !(principal.credentials() instanceof Credentials.Password
                    || principal.credentials() instanceof Credentials.Token);
            Reason objection = AsClient.super.objectionTo(principal);
            return objection == null && unfit ? Reason.UNFIT_LOGIN : objection;
        }

        @Override
        public boolean needsCredentials() {
            return true;
        }

        @Override
        public LoginCredentials credentials(
                Principal principal, Destination destination, Map<String, AccessTokens> tokens) {
            if (principal.credentials() instanceof Credentials.Token token) {
                return LoginCredentials.ofClient(new ClientCredentials.Token(
                        token.authorizationId(),
                        token.username(),
                        token.token(),
                        destination.host(),
                        destination.port()));
            }
            Credentials.Password given = (Credentials.Password) principal.credentials();
            return LoginCredentials.ofClient(
                    new ClientCredentials.Password(given.authorizationId(), given.username(), given.password()));
        }
    }

    /**
     * By the password of a master user who may act as anybody.
     *
     * @param separator stands between the login and the master user, as Dovecot has it; empty where the mechanism itself
     *     says whom to act as (RFC 4422 section 2)
     */
    record Delegated(Method method, String username, String password, String separator) implements AsClient {
        /** A login with the separator in it could name another one to act as. */
        @Override
        public Reason objectionTo(Principal principal) {
            Reason objection = AsClient.super.objectionTo(principal);
            boolean ambiguous = objection == null
                    && !separator.isEmpty()
                    && principal.peer().login().contains(separator);
            return ambiguous ? Reason.UNFIT_LOGIN : objection;
        }

        @Override
        public LoginCredentials credentials(
                Principal principal, Destination destination, Map<String, AccessTokens> tokens) {
            String login = principal.peer().login();
            return LoginCredentials.ofClient(
                    separator.isEmpty()
                            ? new ClientCredentials.Password(login, username, password)
                            : new ClientCredentials.Password("", login + separator + username, password));
        }

        @Override
        public String toString() {
            return "Delegated[method=" + method + ", username=" + username + ", password=***]";
        }
    }

    /**
     * By an access token of the client's login.
     *
     * @param source the name of where tokens come from
     */
    record UserTokens(Method method, String source) implements AsClient {
        @Override
        public LoginCredentials credentials(
                Principal principal, Destination destination, Map<String, AccessTokens> tokens) {
            return LoginCredentials.ofClient(principal.peer().login(), tokens.get(source), destination);
        }
    }

    /** What a login of the gateway's own is proven by. */
    sealed interface Proof {

        /** What a connection logs in with: see {@link UpstreamIdentity#credentials}. */
        LoginCredentials credentials(String username, Destination destination, Map<String, AccessTokens> tokens);

        /** A password; {@code toString} does not show it. */
        record Password(String password) implements Proof {
            @Override
            public LoginCredentials credentials(
                    String username, Destination destination, Map<String, AccessTokens> tokens) {
                return LoginCredentials.ofGateway(new ClientCredentials.Password("", username, password));
            }

            @Override
            public String toString() {
                return "Password[***]";
            }
        }

        /**
         * OAuth2 access tokens.
         *
         * @param source the name of where they come from
         */
        record Tokens(String source) implements Proof {
            @Override
            public LoginCredentials credentials(
                    String username, Destination destination, Map<String, AccessTokens> tokens) {
                return LoginCredentials.ofGateway(username, tokens.get(source), destination);
            }
        }

        /** The certificate that the gateway shows in TLS. */
        record Certificate() implements Proof {
            @Override
            public LoginCredentials credentials(
                    String username, Destination destination, Map<String, AccessTokens> tokens) {
                return LoginCredentials.ofGateway(new ClientCredentials.External(username));
            }
        }
    }
}
