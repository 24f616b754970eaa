package org.smtpgate.auth.ldap;

import com.unboundid.ldap.sdk.BindResult;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.experimental.DraftBeheraLDAPPasswordPolicy10RequestControl;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.UndecidableLoginException;

/**
 * The directory as the gateway itself sees it, and as a user does. These have connections of their own: one that a user has
 * bound on never serves the gateway's searches. Blocks; safe for any thread.
 */
final class Directory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Directory.class);

    /**
     * Of a login that the attribute in user-dn cannot have as its value, as mail has no umlaut; and of an account that the
     * server has its reasons not to let bind.
     */
    private static final Set<ResultCode> OF_ONE_USER = Set.of(
            ResultCode.INVALID_DN_SYNTAX,
            ResultCode.INVALID_ATTRIBUTE_SYNTAX,
            ResultCode.UNWILLING_TO_PERFORM,
            ResultCode.INSUFFICIENT_ACCESS_RIGHTS,
            ResultCode.REFERRAL);

    private final Connections own;
    private final Connections users;

    /** @param own connections on which the gateway is logged in, or is nobody */
    Directory(Connections own, Connections users) {
        this.own = own;
        this.users = users;
    }

    /** Does something as the gateway. */
    <T> T asGateway(String doing, Connections.Use<T> use) throws DirectoryException {
        try {
            return own.use(use);
        } catch (LDAPException e) {
            throw new DirectoryException(doing, e);
        }
    }

    /**
     * Binds as a user, and then does something as that one.
     *
     * @throws InvalidCredentialsException when the directory refuses the user
     */
    <T> T asUser(DN user, String password, Connections.Use<T> use) throws DirectoryException {
        try {
            return users.use(connection -> {
                bind(connection, user, password);
                return use.with(connection);
            });
        } catch (LDAPException e) {
            DirectoryException trouble = new DirectoryException("checking the password of " + user, e);
            if (OF_ONE_USER.contains(e.getResultCode())) {
                throw new UndecidableLoginException(trouble.getMessage());
            }
            throw trouble;
        }
    }

    private static void bind(LDAPConnection connection, DN user, String password) throws LDAPException {
        SimpleBindRequest request =
                new SimpleBindRequest(user, password, new DraftBeheraLDAPPasswordPolicy10RequestControl());
        BindAnswer answer;
        try {
            BindResult result = connection.bind(request);
            answer = BindAnswer.of(result);
        } catch (LDAPException e) {
            answer = BindAnswer.of(e.toLDAPResult());
            if (answer.verdict() == BindAnswer.Verdict.COULD_NOT_TELL) {
                throw e;
            }
        }
        if (answer.verdict() == BindAnswer.Verdict.REFUSED) {
            if (!answer.reason().isEmpty()) {
                LOG.info("ldap user={} is refused whatever the password: {}", user, answer.reason());
            }
            throw new InvalidCredentialsException();
        }
    }

    @Override
    public void close() {
        own.close();
        users.close();
    }
}
