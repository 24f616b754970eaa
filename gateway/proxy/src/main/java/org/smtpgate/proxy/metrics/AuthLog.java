package org.smtpgate.proxy.metrics;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** One line for each login that failed: what tells an administrator who is guessing, and a user why it was not taken. */
public final class AuthLog {
    private static final Logger LOG = LoggerFactory.getLogger("smtpgate.auth");

    /** A client chooses it; what is longer is nobody's name. */
    private static final int LOGIN_LENGTH_MAX = 256;

    private AuthLog() {}

    /**
     * @param session its id
     * @param client its IP address
     * @param login as presented
     * @param backend the one that was asked last
     * @param reason why nobody could tell, why it was refused, or what was wrong beside the password; null if that alone was
     */
    public static void failed(
            String session,
            String listener,
            String client,
            String login,
            String mechanism,
            String backend,
            AuthResult result,
            String reason) {
        new LogLine(LOG, result == AuthResult.UNAVAILABLE ? Level.WARN : Level.INFO)
                .with("session", session)
                .with("listener", listener)
                .with("client", client)
                .with("login", login.length() > LOGIN_LENGTH_MAX ? login.substring(0, LOGIN_LENGTH_MAX) : login)
                .with("mechanism", mechanism)
                .with("backend", backend)
                .with("outcome", Labels.of(result))
                .with("reason", reason)
                .log();
    }
}
