package org.smtpgate.proxy.upstream;

import java.util.function.UnaryOperator;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.upstream.NoLeaseException.Reason;
import org.smtpgate.sasl.Credentials;

/** As whom the gateway logs in at an upstream. */
public sealed interface UpstreamIdentity {

    /** Which connections may serve this principal. */
    PoolKey key(Principal principal);

    /** How; without meaning where there is no login. */
    Method method();

    /** Why the gateway cannot log in for this principal, or null. */
    default Reason objectionTo(Principal principal) {
        return null;
    }

    /** The same with another source of tokens, where there is one. */
    default UpstreamIdentity withTokens(UnaryOperator<AccessTokens> other) {
        return this;
    }

    /** Whether it takes what the client itself logged in with. */
    default boolean needsCredentials() {
        return false;
    }

    /** Whether it logs in as each client, so that nobody can use the upstream who has not logged in. */
    default boolean needsLogin() {
        return false;
    }

    /** Whether it logs in at all. */
    default boolean logsIn() {
        return true;
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
        public boolean logsIn() {
            return false;
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
        public UpstreamIdentity withTokens(UnaryOperator<AccessTokens> other) {
            return proof instanceof Proof.Tokens tokens
                    ? new Service(method, username, new Proof.Tokens(other.apply(tokens.source())))
                    : this;
        }
    }

    /** As each client, with what it logged in with itself. Without that there is no connection. */
    record Passthrough(Method method) implements UpstreamIdentity {
        @Override
        public PoolKey key(Principal principal) {
            return principal.credentials() instanceof Credentials.Password password
                    ? new PoolKey(LoginDigest.of(password))
                    : PoolKey.NOBODY;
        }

        @Override
        public boolean needsLogin() {
            return true;
        }

        @Override
        public Reason objectionTo(Principal principal) {
            if (principal.peer().login() == null) {
                return Reason.NO_LOGIN;
            }
            return principal.credentials() instanceof Credentials.Password ? null : Reason.UNFIT_LOGIN;
        }

        @Override
        public boolean needsCredentials() {
            return true;
        }
    }

    /**
     * As the login of each client, by the password of a master user who may act as anybody. Without a login there is no
     * connection.
     *
     * @param separator stands between the login and the master user, as Dovecot has it; empty where the mechanism itself
     *     says whom to act as (RFC 4422 section 2)
     */
    record Delegated(Method method, String username, String password, String separator) implements UpstreamIdentity {
        @Override
        public PoolKey key(Principal principal) {
            String login = principal.peer().login();
            return login == null ? PoolKey.NOBODY : new PoolKey(login);
        }

        @Override
        public boolean needsLogin() {
            return true;
        }

        /** A login with the separator in it could name another one to act as. */
        @Override
        public Reason objectionTo(Principal principal) {
            String login = principal.peer().login();
            if (login == null) {
                return Reason.NO_LOGIN;
            }
            return !separator.isEmpty() && login.contains(separator) ? Reason.UNFIT_LOGIN : null;
        }

        @Override
        public String toString() {
            return "Delegated[method=" + method + ", username=" + username + ", password=***]";
        }
    }

    /** As the login of each client, by an access token of that login's. Without a login there is no connection. */
    record UserTokens(Method method, AccessTokens source) implements UpstreamIdentity {
        @Override
        public PoolKey key(Principal principal) {
            String login = principal.peer().login();
            return login == null ? PoolKey.NOBODY : new PoolKey(login);
        }

        @Override
        public boolean needsLogin() {
            return true;
        }

        @Override
        public Reason objectionTo(Principal principal) {
            return principal.peer().login() == null ? Reason.NO_LOGIN : null;
        }

        @Override
        public UpstreamIdentity withTokens(UnaryOperator<AccessTokens> other) {
            return new UserTokens(method, other.apply(source));
        }
    }

    /** What a login of the gateway's own is proven by. */
    sealed interface Proof {

        /** A password; {@code toString} does not show it. */
        record Password(String password) implements Proof {
            @Override
            public String toString() {
                return "Password[***]";
            }
        }

        /** OAuth2 access tokens. */
        record Tokens(AccessTokens source) implements Proof {}

        /** The certificate that the gateway shows in TLS. */
        record Certificate() implements Proof {}
    }
}
