package org.smtpgate.proxy.authn;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import org.smtpgate.sasl.Credentials;

/**
 * Judges the logins of one session, by what that session alone has: its upstream. It stands behind {@link UpstreamBackend},
 * and like it knows the two failures apart. Confined to the session's event loop.
 */
public interface SessionJudge {

    /**
     * Asked about one login at a time.
     *
     * @return fails with {@link org.smtpgate.auth.InvalidCredentialsException} when the upstream says that the credentials
     *     are wrong, and with anything else when it could not be asked, or could not tell
     */
    Future<User> judge(Credentials.Password credentials);

    /** Nobody waits for the answer any more: what was taken up for it is given back. */
    void abandon();
}
